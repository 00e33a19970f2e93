"""Every rule by its name: those of frames, of messages and of the opening handshake."""

from .handshake_rules import HANDSHAKE_RULES
from .rules import FRAME_RULES, MESSAGE_RULES, Rule

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*FRAME_RULES, *MESSAGE_RULES, *HANDSHAKE_RULES)
}
