"""The script that recorded the package's session still records the same one."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

from tests.support.peers import free_port
from tests.tools.record_session import record
from wslearn.labs.tap.recording import RECORDED, from_data


def shape(data):
    """A recording without what differs each time: ports, keys, and the browser."""
    session = from_data(data, "")
    names = sorted(line.partition(":")[0] for line in data["request"][1:])
    frames = [(frame.sender, frame.dissect().frame) for frame in session.frames]
    log = [(line["kind"], re.sub(r":\d+/", ":0/", line["text"])) for line in data["log"]]
    return names, frames, log, data["ended"]


def test_a_new_recording_tells_the_same_story_as_the_one_in_the_package(chromium_path):
    # In a separate thread: the recorder starts a browser beside the one of this run.
    with ThreadPoolExecutor(1) as alone:
        fresh = alone.submit(record, chromium_path, free_port(), free_port()).result(timeout=120)
    kept = json.loads(RECORDED.read_text(encoding="utf-8"))
    names, *story = shape(fresh)
    kept_names, *kept_story = shape(kept)
    assert story == kept_story
    # Another version of the browser may add headers of its own.
    assert {name for name in kept_names if name.startswith("Sec-WebSocket-")} <= set(names)
    assert from_data(fresh, "").check.key != from_data(kept, "").check.key
