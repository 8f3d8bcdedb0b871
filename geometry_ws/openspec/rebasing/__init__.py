"""What a delta was written against, and what has become of it since. Pure.

A delta's base is its requirement as it was when the delta was written. Where the requirement has
changed since and the delta lacks that change, archiving the delta would take the change away.

sentences.py    a text cut into sentences, and the merge of three such texts
blocks.py       the merge of three requirements: statement by sentences, scenarios by name
touched.py      the requirements that a delta names, and their bases
judge.py        whether a base has moved, what would be lost, and what a merge would make
lineage.py      the bases that follow from a delta's history in git
settle.py       what a rebase settles
rewrite.py      a delta's document with a requirement merged into it
"""
