"""The tests: a folder for each package, and for what a test needs.

A helper that one folder uses lies beside its tests; what several folders use lies in `support`.

support/     helpers that several folders use
golden/      pictures that the drawing tests compare with
benchmarks/, board/, browser/, cli/, client/, components/, http/, node/, openspec/, protocol/,
render/, scene/, stream/, web/   the tests of what has that name
"""
