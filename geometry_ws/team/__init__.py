"""People and agents on a project: what needs somebody, and who does what.

Pure: values in, values out, time is an argument. What is kept is kept in memory by the component,
and written down by it in the state folder; nothing here is written under openspec/.

attention.py   what needs a person, from the state of a project
notices.py     which items are told to a person elsewhere, once, and taken back
members.py     who is there: names, sessions, signs of life
whereabouts.py  at which changes somebody is
claims.py      who holds which task or change
lapses.py      claims that were lost
held.py        what is held, as lines for the next start
strict.py      who may tick a task that is held, where a project asks for that
refs.py        how tasks are called, and what is understood as their names
talk.py        notes, questions and answers
channels.py    what is told to running sessions, and permissions that they ask for
order.py       which task is next for somebody
events.py      what happens among the members
desk.py        the six things that an agent can do, over all of these
doing.py       what it answers, and a tick between its two halves
recall.py      what was said before the last start
lines.py       their answers, as lines of text
hooks.py       what the programs of coding agents tell by hooks
hook_signs.py  what a hook means for the desk
install.py     what programs of coding agents need in a project: edits of their files
install_texts.py  files that are written as a whole
plugin.py      the same as a plugin of Claude Code, a folder
trust.py       whether a program of agents may use what lies in a project
journal.py     what happened: lines of the journal, and runs of the same
tools.py       the six as language models see them: names, descriptions, schemas
mcp.py         the Model Context Protocol: messages in, answers out
channel_mcp.py  a channel of Claude Code, in that protocol
troubles.py    what of members, claims and questions needs a person
refusal.py     why something can't be done
text.py        texts made harmless; times as they are read
"""
