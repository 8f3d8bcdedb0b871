"""Questions about a whole project, answered from documents that are handed in. Pure.

deltas.py         each requirement of a change, before and after
overlap.py        open changes that touch the same requirement
conflicts.py      the conflicts of each open change with others, kept up to date
diff.py           two states of a project -> the events between them
search.py         search over all documents
search_index.py   what search keeps of a document
search_block.py   many documents as one text, searched at once
search_corpus.py  the documents of many archived changes, in blocks
history.py        the archive as a timeline
next_change.py    which open change comes next
spec_history.py   where each requirement of a spec comes from
copies.py         which copy of a change is shown, of those in several work trees
sightings.py      what was seen of such copies while they were followed
counts.py         the project in numbers
proposals.py      a change as one document
"""
