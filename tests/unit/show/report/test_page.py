"""The page allows our script by its digest, and nothing from anywhere."""

import base64
import hashlib
import re

from tests.make.places import ROOT
from tests.make.reports import page

TEXT = page(ROOT / "workloads" / "photo-tags.yaml")


def test_the_policy_names_the_digest_of_the_script() -> None:
    script = TEXT.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', TEXT)
    assert policy is not None
    assert policy[1] == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    )


def test_no_icon_is_asked_for() -> None:
    assert '<link rel="icon" href="data:,">' in TEXT
    assert TEXT.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset')


def test_every_picture_has_its_figures_in_a_table() -> None:
    for place in ("steps", "compared", "hours", "what-if"):
        part = TEXT.partition(f'<section id="w1-{place}">')[2].partition("</section>")[0]
        assert "<svg" in part
        assert "<details>" in part
        assert "<table>" in part


def test_every_heading_of_the_contents_is_there() -> None:
    links = re.findall(r'<li><a href="#([^"]+)">', TEXT)
    assert len(links) >= 8
    assert all(f'id="{link}"' in TEXT for link in links)
