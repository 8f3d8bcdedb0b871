"""The order of names is ICU's root collation, as `Intl.Collator` of Node.js has it."""

import json
import random
import shutil
import string
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

import pytest

from geometry_ws.openspec.format import collation, collation_ascii
from geometry_ws.openspec.format.collation import collation_key

ROOT = Path(__file__).resolve().parents[2]
FORMAT = Path(collation.__file__).parent
UNICODE = "17.0"
VECTORS = ROOT / "tests/vectors/collation/sorted.json"
SORTED = json.loads(VECTORS.read_text("utf-8"))
ASK = """
const names = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { compare } = new Intl.Collator();
const order = names.map((_, at) => at).sort((a, b) => compare(names[a], names[b]) || a - b);
const same = order.slice(1).map((at, n) => compare(names[order[n]], names[at]) === 0);
console.log(JSON.stringify({ order, same }));
"""


def weights(name):
    """What a name is sorted by, before the text itself makes an order of equals."""
    return collation_key(name)[:3]


def node_has_this_unicode():
    node = shutil.which("node")
    if node is None:
        return False
    words = [node, "-p", "process.versions.unicode"]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip() == UNICODE


def random_names(seed, count=10_000):
    """Names of every script that Python knows, with marks, in forms and mixed."""
    chance = random.Random(seed)
    scripts = {}
    for point in range(0x20, 0x110000):
        character = chr(point)
        if unicodedata.category(character) not in ("Cn", "Co", "Cs", "Cc"):
            script = unicodedata.name(character, "?").split()[0]
            scripts.setdefault(script, []).append(character)
    marks = [mark for script in scripts.values() for mark in script if unicodedata.combining(mark)]
    near = "aàáâbcÄäßøæÅłñoóöѳйиЙїіґカかガがｶアあ①1²あ한국가각-_ "
    forms = (str.upper, str.lower, str.title, lambda name: unicodedata.normalize("NFD", name))
    names = []
    for _ in range(count):
        characters = scripts[chance.choice(sorted(scripts))]
        name = "".join(chance.choices(characters, k=chance.randint(1, 6)))
        kind = chance.randrange(6)
        if kind == 0:
            name = "".join(c + chance.choice(["", "", *chance.choices(marks)]) for c in name)
        elif kind == 1:
            name += "-" + chance.choice(scripts[chance.choice(sorted(scripts))])
        elif kind == 2 and names:
            name = chance.choice(forms)(chance.choice(names))
        elif kind == 3:
            name = "".join(chance.choices(near, k=chance.randint(1, 6)))
        names.append(name)
    return names


def test_names_sort_as_in_the_official_tool():
    names = ["aB", "ab", "a1", "a/b", "a.b", "a-b", "a_b", "한", "z"]
    assert sorted(names, key=collation_key) == [
        "a_b", "a-b", "a.b", "a/b", "a1", "ab", "aB", "z", "한",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", SORTED)
def test_names_of_many_scripts_are_in_their_order(kind):
    keys = [weights(name) for name in SORTED[kind]]
    assert keys == sorted(keys)
    assert len(set(keys)) > 0.8 * len(keys)


def test_ascii_names_have_one_order_however_they_are_looked_up():
    chance = random.Random(5)
    names = ["".join(chance.choices(string.printable, k=5)) for _ in range(2000)]
    for name in names:
        assert collation_key(name) == collation._key_beyond_ascii(name)
    # A mark at the end makes it another lookup, and nothing else.
    names.sort(key=lambda name: weights(f"{name}\u0301"))
    assert [weights(name) for name in names] == sorted(map(weights, names))


def test_names_of_ascii_need_no_table():
    program = (
        "from geometry_ws.openspec.format import collation\n"
        "collation.collation_key('add-Login 2')\n"
        "assert collation._table.cache_info().misses == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_canonically_equal_names_are_equal():
    for name in random_names(3, 500):
        decomposed = unicodedata.normalize("NFD", name)
        assert weights(name) == weights(decomposed) == weights(unicodedata.normalize("NFC", name))


@pytest.mark.nodejs
@pytest.mark.skipif(not node_has_this_unicode(), reason=f"no Node.js with Unicode {UNICODE}")
@pytest.mark.parametrize("seed", [1, 2])
def test_random_names_of_all_scripts_are_sorted_as_by_nodejs(seed):
    names = random_names(seed)
    asked = subprocess.run(
        ["node", "-e", ASK], input=json.dumps(names), capture_output=True, text=True, check=True
    )
    answer = json.loads(asked.stdout)
    keys = [weights(names[at]) for at in answer["order"]]
    wrong = [
        (names[answer["order"][at]], names[answer["order"][at + 1]])
        for at, same in enumerate(answer["same"])
        if (keys[at] != keys[at + 1] if same else keys[at] >= keys[at + 1])
    ]
    assert wrong == []


@pytest.mark.nodejs
@pytest.mark.slow
@pytest.mark.skipif(not node_has_this_unicode(), reason=f"no Node.js with Unicode {UNICODE}")
def test_the_table_is_what_its_script_makes(tmp_path):
    subprocess.run(["node", ROOT / ".ci/collation.mjs", tmp_path], check=True)
    made, known = (folder / collation.FILE for folder in (tmp_path, FORMAT))
    assert zlib.decompress(made.read_bytes()) == zlib.decompress(known.read_bytes())
    # The version of ICU stands in the first line.
    name = Path(collation_ascii.__file__).name
    lines = [(folder / name).read_text().splitlines()[1:] for folder in (tmp_path, FORMAT)]
    assert lines[0] == lines[1]
