"""Programs that show something in a browser, with geometry_ws and with others: one table.

run.py      the benchmark: `python -m benchmarks.programs.run`, or `make bench-programs`
pictures.py what the programs show: it needs numpy alone
line.py     a program: a line of matplotlib, by any of its backends
plasma.py   a program: thirty pictures a second, by geometry_ws
webagg.py   both programs, by matplotlib's own server
bokeh.py    both, by Bokeh
nicegui.py  both, by NiceGUI
browser.py  one headless Chromium: what it costs, and what reaches its page
measure.py  a program, its servers and the browser together: the figures of a row
install.py  what an installation into a fresh environment takes
table.py    rows -> the table of the page
"""
