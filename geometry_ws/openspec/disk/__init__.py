"""A project's folder on disk: the only floor with files, threads and locks. Everything blocks.

store.py            a project: read, looked up, watched, written
lookups.py          what is looked up in it
apart.py            a large project is read in a process of its own
read_apart.py       that process
trees.py            a project in all work trees of its repository, as one
shared.py           what the stores of such trees share
folder.py           a project read piece by piece, for one question
evaluator.py        the state of all documents of one moment
change_states.py    the states of open changes, cached
scanner.py          the folder -> documents; what changed is read again
reader.py           reading one file or folder: bounded, never out of the project
find_project.py     the project that a path means
find_roots.py       every project at and below a folder
documents.py        documents as they are on disk
pictures.py         pictures that lie in the project
archive_reader.py   archived changes, read when they are asked for
archive_search.py   search through the archive, held in memory and looked at again where it must be
watcher.py          changes of files, reported in groups
system_watches.py   the system's watches of folders, and which folders have none
look_through.py     looking through folders that have no watch
temporary.py        names of files that editors write for a moment
verdict_cache.py    what validation said, for the next process: a file in the state folder
state_cache.py      states of changes and specs, for the next start: a file in the state folder
sealed_file.py      such a file: data with a checksum
set_task.py         writing a file of tasks, and setting one task
edit_tasks.py       adding, rewording, moving and removing tasks, and taking it back
write_document.py   writing one document
templates.py        what a schema's documents begin with
create_change.py    making a new change
archive_change.py   archiving a change: decides again when a document changed meanwhile
archive_place.py    what archiving depends on besides a change and the specs
apply_archive.py    carries out an archiving: all of it or nothing
archive_records.py  what specs were before changes were archived: a file in the state folder
unarchive.py        taking an archiving back
rebase_change.py   merging a change's deltas with what has changed under them
bases.py           what deltas were written against: from git, else from when they were first seen
base_follower.py   the same of a project that is followed
base_records.py    what is remembered of it: a database in the state folder
git_versions.py    the versions that git has of deltas and their specs
git_archive.py      the commits that archived changes
git_task_moves.py   when tasks last moved, by the versions that git has
git_moves.py        when changes last moved, by git's log
git_log.py         git's log, read: the commits that touched each delta
git_worktrees.py    git's list of work trees, and when it is to be asked again
git_process.py     one run of git within bounds
exchange.py         two files change places, so that none is lost
writers_at_work.py  whether some program has a file open for writing
replace_file.py     replacing a file in one step, if it still is what was read
journal.py          what was begun, so that a killed process leaves nothing half done
recovery.py         settles what a killed process left
locks.py            one writer at a time: the system's lock, and the official tool's
"""
