"""Lesson 16: what its prose computes with, and the idle limits of well-known proxies."""

from wslearn.protocol.codes import CloseCode

from .behind_nginx import OPEN, RELOAD, recorded
from .endings import cause_of
from .solutions import ping_interval

__all__ = ["IDLE_LIMITS", "LONGEST", "NGINX", "RACE", "RELOADED", "CloseCode", "cause_of"]

RACE = "not all of them live" if ping_interval([60], 0) < 60 else "all of them live"
"""What happens to connections with a ping as often as the limit."""

RELOADED = "they go on" if recorded().fates[RELOAD] == OPEN else "they end without a Close"
"""What happens to open connections when nginx reloads its settings."""

LONGEST = 300
"""The longest wait of 16.3, in seconds."""

IDLE_LIMITS = (
    ("nginx, proxy_read_timeout", 60, "https://nginx.org/en/docs/http/websocket.html"),
    (
        "AWS Application Load Balancer",
        60,
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
        "edit-load-balancer-attributes.html",
    ),
    (
        "AWS Network Load Balancer",
        350,
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html",
    ),
    (
        "Envoy, stream_idle_timeout",
        300,
        "https://www.envoyproxy.io/docs/envoy/v1.39.0/faq/configuration/timeouts",
    ),
    (
        "Cloudflare (according to its forum)",
        100,
        "https://community.cloudflare.com/t/cloudflare-websocket-timeout/5865",
    ),
)
"""The proxy, its usual limit in seconds, and who says so (read in November 2026)."""

NGINX = IDLE_LIMITS[0][1]
