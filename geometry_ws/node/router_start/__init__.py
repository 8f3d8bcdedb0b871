"""A folder for PYTHONPATH: Python runs what lies here at the start of the router's processes.

sitecustomize.py   leaves out what these processes load and never use
"""
