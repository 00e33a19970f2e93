"""A class at https://YOUR-HUB/services/class/, for whoever has the code, phones included.

For The Littlest JupyterHub: copy this file into /opt/tljh/config/jupyterhub_config.d/, put the
address of your hub into it, make a user for it (the hub runs as root, the class need not), and
reload::

    sudo useradd --system --create-home --home-dir /var/lib/wslearn-class wslearn-class
    sudo tljh-config reload

On any other hub, include it in jupyterhub_config.py. The join code and the instructor's link are in
the hub's log, for those who may read it (``sudo journalctl -u jupyterhub | grep -A4 Students``).

The hub starts the class, starts it again when it ends, and its proxy leads there. The file given
with --keep holds the class over all of that; remove it to begin a new one.
"""

from pathlib import Path

PUBLIC_URL = "https://hub.your-school.example/services/class/"
PYTHON = "/opt/tljh/user/bin/python"
USER = "wslearn-class"
KEEP = Path("/var/lib/wslearn-class/today.class")

c = get_config()  # noqa: F821 (JupyterHub gives it to its settings)

c.JupyterHub.services.append(
    {
        "name": "class",
        "url": "http://127.0.0.1:8081",
        "user": USER,
        "command": [
            PYTHON, "-m", "wslearn", "class",
            "--port", "8081", "--public-url", PUBLIC_URL, "--keep", str(KEEP),
        ],
    }
)  # fmt: skip

# Then ws.join("K7M3QX") needs no address in any notebook of this hub.
c.Spawner.environment.update({"WSLEARN_CLASS": "http://127.0.0.1:8081"})
