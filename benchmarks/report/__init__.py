"""From what was seen to what is published.

times.py   windows of time, and percentiles
rows.py    from the reports of viewers and programs to the figures of a row
targets.py what is to be reached, and whether it is
results.py the file results.json
tables.py  rows as text: lines on the terminal, tables of docs/performance-tables.md
summary.py the figures that a user asks for first: the table of docs/performance.md
plot.py    the plot of docs/performance.md
"""
