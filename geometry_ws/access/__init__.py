"""Who may come in, and as what: people, their roles and their tokens.

Only `file.py` touches a disk.

register.py   people and tokens as a value, and what becomes of it (pure; time is an argument)
tokens.py     tokens: made by chance, kept as a hash (pure)
names.py      names of people, and for how long something is given (pure)
file.py       the register in a file that only its user can read
"""
