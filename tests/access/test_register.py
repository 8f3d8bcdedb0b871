"""Who may come in: laws of the register, whatever is given, opened and taken back when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.access.names import BadName, read_name, read_seconds, time_in_words
from geometry_ws.access.register import (
    LINK_SECONDS,
    LOGIN_SECONDS,
    MOST_PEOPLE,
    MOST_TOKENS,
    SEEN_SECONDS,
    Lookup,
    Person,
    Refusal,
    Register,
    add_person,
    add_token,
    check,
    exchange,
    find_person,
    forget_old,
    forget_token,
    last_seen,
    note_seen,
    revoke,
)
from geometry_ws.access.tokens import hash_of, looks_like_token, new_token
from geometry_ws.protocol.rights import GIVEN_ROLES

COMES_IN = ("login", "key")
TOKENS = [new_token() for _ in range(12)]
NAMES = ["ann", "bob", "Ann", "robot-1"]
steps = st.one_of(
    st.tuples(st.just("person"), st.sampled_from(NAMES), st.sampled_from(sorted(GIVEN_ROLES))),
    st.tuples(st.just("token"), st.sampled_from(NAMES), st.sampled_from(["link", "login", "key"])),
    st.tuples(st.just("open"), st.sampled_from(TOKENS), st.none()),
    st.tuples(st.just("revoke"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("wait"), st.floats(1, LINK_SECONDS), st.none()),
)


def ann(role="viewer", now=1000.0, **given):
    return add_person(Register(), "ann", role, now, **given)


@given(st.lists(steps, max_size=30))
def test_only_tokens_that_were_given_and_not_taken_back_let_anybody_in(taken):
    register, now, tokens = Register(), 1000.0, iter(TOKENS)
    owners = {}
    for kind, what, more in taken:
        try:
            if kind == "person":
                register = add_person(register, what, more, now)
            elif kind == "token" and (token := next(tokens, None)):
                register = add_token(register, what, token, more, now)
                owners[token] = what.casefold()
            elif kind == "open":
                login = new_token()
                opened = exchange(register, what, login, now)
                if opened:
                    register, admitted = opened
                    owners[login] = owners.pop(what)
                    assert exchange(register, what, new_token(), now) is None
                    assert admitted == Lookup(register).find(login, now, COMES_IN)
            elif kind == "revoke":
                register = revoke(register, what)
                owners = {token: who for token, who in owners.items() if who != what.casefold()}
            elif kind == "wait":
                now += what
        except Refusal:
            continue
        check(register)
        lookup = Lookup(register)
        for token in {*TOKENS, *owners}:
            admitted = lookup.find(token, now, COMES_IN)
            if admitted is not None:
                assert owners[token] == admitted.person.casefold()
                assert admitted.role == find_person(register, admitted.person).role
        assert {hash_of(token) for token in owners} >= {each.hash for each in register.tokens}


def test_a_token_is_kept_as_its_hash_alone():
    token = new_token()
    register = add_token(ann(), "ann", token, "key", 1000)
    assert token not in repr(register)
    assert looks_like_token(token)
    assert register.tokens[0].hash == hash_of(token)


@given(st.text(max_size=60))
def test_what_is_no_token_lets_nobody_in(text):
    register = add_token(ann(), "ann", new_token(), "key", 1000)
    assert Lookup(register).find(text, 1000, ("link", "login", "key")) is None


@pytest.mark.parametrize("kind", ["link", "login", "key"])
def test_each_kind_is_good_for_its_own_use(kind):
    token = new_token()
    register = add_token(ann(), "ann", token, kind, 1000)
    assert (Lookup(register).find(token, 1000, COMES_IN) is not None) is (kind != "link")
    assert (exchange(register, token, new_token(), 1000) is not None) is (kind == "link")


def test_times_end_a_link_a_login_a_person_and_what_was_given_for_a_while():
    token = new_token()
    for kind, seconds in (("link", LINK_SECONDS), ("login", LOGIN_SECONDS)):
        register = add_token(ann(), "ann", token, kind, 1000)
        assert Lookup(register).find(token, 1000 + seconds - 1, (kind,))
        assert Lookup(register).find(token, 1000 + seconds, (kind,)) is None
        assert forget_old(register, 1000 + seconds).tokens == ()
    for register in (
        add_token(ann(seconds=60), "ann", token, "key", 1000),
        add_token(ann(), "ann", token, "key", 1000, seconds=60),
    ):
        assert Lookup(register).find(token, 1059, COMES_IN).until == 1060
        assert Lookup(register).find(token, 1060, COMES_IN) is None


def test_a_login_lasts_on_while_it_is_used():
    token = new_token()
    register = add_token(ann(), "ann", token, "login", 1000)
    later = 1000 + LOGIN_SECONDS - 1
    seen = note_seen(register, [hash_of(token)], later)
    assert (last_seen(register, "ann"), last_seen(seen, "ann")) == (None, later)
    assert Lookup(seen).find(token, later + LOGIN_SECONDS - 1, COMES_IN)
    assert note_seen(seen, [hash_of(token)], later + SEEN_SECONDS - 1) is seen
    assert note_seen(seen, [hash_of(new_token())], later + SEEN_SECONDS) is seen


def test_another_role_is_had_by_the_tokens_that_there_are():
    token = new_token()
    register = add_token(ann(note="desk"), "ann", token, "key", 1000)
    register = add_person(register, "ANN", "maintainer", 2000)
    assert Lookup(register).find(token, 2000, COMES_IN).role == "maintainer"
    assert [person.note for person in register.people] == ["desk"]


def test_a_log_out_ends_one_login_and_a_revocation_all():
    here, there = new_token(), new_token()
    register = add_token(ann(), "ann", here, "login", 1000)
    register = add_token(register, "ann", there, "login", 1000)
    out = forget_token(register, hash_of(here))
    assert Lookup(out).find(here, 1000, COMES_IN) is None
    assert Lookup(out).find(there, 1000, COMES_IN)
    assert revoke(register, "Ann") == Register()
    with pytest.raises(Refusal, match="Nobody is named"):
        revoke(Register(), "ann")


def test_what_is_kept_is_bounded():
    register = ann()
    first = new_token()
    register = add_token(register, "ann", first, "login", 1000)
    for number in range(MOST_TOKENS + 5):
        register = add_token(register, "ann", new_token(), "login", 1001 + number)
    assert len(register.tokens) == MOST_TOKENS
    assert Lookup(register).find(first, 1001, COMES_IN) is None
    keys = ann()
    for _ in range(MOST_TOKENS):
        keys = add_token(keys, "ann", new_token(), "key", 1000)
    with pytest.raises(Refusal, match="tokens already"):
        add_token(keys, "ann", new_token(), "key", 1000)
    people = tuple(Person(name=f"p{n}", role="viewer", made=1) for n in range(MOST_PEOPLE))
    with pytest.raises(Refusal, match="At most"):
        add_person(Register(people=people), "ann", "viewer", 1000)


@pytest.mark.parametrize("name", ["ann", "Jürgen", "王小明", "agent-7", "ci.build_2"])
def test_names_of_people_in_any_language_are_taken(name):
    assert read_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "-x", "a b", "a/b", "a\nb", "x" * 33, "guest", "Guest"])
def test_a_name_that_would_mislead_is_refused(name):
    with pytest.raises(BadName):
        read_name(name)


def test_times_are_typed_as_people_say_them():
    assert [read_seconds(text) for text in ("30m", "8h", "2d", "1w")] == [
        1800,
        28800,
        172800,
        604800,
    ]
    for text in ("", "8", "h", "0h", "-1h", "8 h", "1y", "999999w"):
        with pytest.raises(ValueError, match="30m, 8h, 14d or 6w"):
            read_seconds(text)
    assert time_in_words(90) == "1 minute"
    assert time_in_words(3 * 3600) == "3 hours"
    assert time_in_words(2) == "less than a minute"
