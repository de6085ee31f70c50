from plimsoll.observability.uid import UID_MAX, uid_of


def test_a_uid_is_stable_and_fits_grafana() -> None:
    assert uid_of("chat-8b") == "plimsoll-chat-8b"
    long, other = uid_of("a" * 57), uid_of("a" * 56 + "b")
    assert len(long) == len(other) == UID_MAX
    assert long != other
