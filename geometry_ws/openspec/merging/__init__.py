"""Archiving: whether it is allowed, and the whole documents that it would write. Pure.

archiving.py       the decision on archiving a change, for archiving itself and for a state
archive_plan.py    whether a change's own documents let it be archived, and what that would write
rebuild.py         the text of a main spec after a merge
retire.py          what keeps a spec without requirements from being deleted
archive_order.py   archiving several changes one after the other: conflicts, and an order that works
"""
