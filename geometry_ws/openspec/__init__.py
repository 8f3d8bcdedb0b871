"""OpenSpec projects: the format, its rules, and the files on disk. Imports go downwards.

Only `disk` and `commands` touch files, threads and locks; everything below is pure. Verdicts,
numbers and files agree with the official tool; sentences are our own.

commands/   the official tool's command lines and ours: words in, two texts and a status out
disk/       a project's folder: reading, watching, ticking, writing, archiving
rebasing/   what deltas were written against, and what has become of it since
views/      questions about a whole project: deltas, overlaps, search, history, counts
merging/    what archiving makes of whole documents
rules/      validation, statuses, and merging one delta into requirements
format/     texts -> values: specs, changes, deltas, tasks, schemas
"""

OFFICIAL_VERSION = "1.13.2"
"""The version of the official tool whose format, rules and answers are followed."""
