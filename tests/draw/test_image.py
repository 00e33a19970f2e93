"""An image that carries both palettes, and the style sheet that says which the page shows."""

import re
from html import escape
from urllib.parse import unquote
from xml.etree import ElementTree

import wslearn as ws
from wslearn.draw.image import image, in_both_themes, pairs
from wslearn.draw.theme import DARK, LIGHT


def test_every_colour_of_a_drawing_has_its_rule_and_no_other_has():
    drawing = ws.dissect("91 05 48656c6c6f", receiver="client").svg()
    dark = dict(pairs())
    used = set(re.findall(r'(fill|stroke)="(#[0-9a-f]+)"', drawing))
    both = in_both_themes(drawing)
    ElementTree.fromstring(both)
    rules = set(re.findall(r'\[(fill|stroke)="(#[0-9a-f]+)"\]\{\1:(#[0-9a-f]+)!important\}', both))
    assert rules == {(name, light, dark[light]) for name, light in used}
    assert ("fill", LIGHT.ink, DARK.ink) in rules
    assert both.replace(re.search("<style>.*</style>\n", both)[0], "") == drawing


def test_what_stands_in_front_of_a_drawing_stays_there():
    drawing = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg a="1"\n b="2">\n<path fill="#ffffff"/>\n</svg>'
    )
    assert in_both_themes(drawing).split("<style>")[0] == drawing.split("<path", maxsplit=1)[0]


def test_words_and_addresses_are_text_never_markup():
    html = image(
        '<svg xmlns="http://www.w3.org/2000/svg">\n<desc>"&amp;#%</desc>\n</svg>', '"<b>', "9em"
    )
    assert f'alt="{escape(chr(34) + "<b>")}"' in html
    source = re.search('src="data:image/svg.xml,([^"]*)"', html)[1]
    assert not set('<>"&#\n') & set(source)
    assert '<desc>"&amp;#%</desc>' in unquote(source)
