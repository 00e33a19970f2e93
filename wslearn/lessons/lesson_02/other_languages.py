"""The accept value in other languages, as text to read beside the Python of lesson 02.

Each program is a function that takes the text of Sec-WebSocket-Key; the tests run it where its
language is at hand.
"""

from wslearn.draw.listing import Listing
from wslearn.protocol.accept import GUID

PHP = f"""\
function accept_key($key) {{
    $guid = "{GUID}";
    return base64_encode(sha1($key . $guid, true));
}}"""

BROWSER = f"""\
async function acceptKey(key) {{
  const guid = "{GUID}";
  const text = new TextEncoder().encode(key + guid);
  const digest = await crypto.subtle.digest("SHA-1", text);
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}}"""

NODE = f"""\
const {{ createHash }} = require("node:crypto");

function acceptKey(key) {{
  const guid = "{GUID}";
  return createHash("sha1").update(key + guid).digest("base64");
}}"""

ACCEPT = {
    "PHP": Listing(PHP),
    "JavaScript in a browser": Listing(BROWSER),
    "JavaScript in Node.js": Listing(NODE),
}
"""The same function in each language (RFC 6455 §4.2.2)."""
