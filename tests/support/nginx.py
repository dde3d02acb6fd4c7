"""Runs nginx with the shipped configuration, on other ports and in its own folder."""

import contextlib
import http.client
import re
import shutil
import socket
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.support import server

SHIPPED = server.PROJECT / "deploy" / "nginx"
NAME = "www.example.edu.cn"
MAIN = """
user root;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes auto;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    include mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include jinhua.conf;
}}
"""


def find():
    """Return the path of nginx, or None if it is not installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")


@dataclass
class Front:
    """nginx in front of the site: its folder, and its addresses with TLS and without."""

    folder: Path
    address: str
    plain: str
    name: str = NAME
    pid: int = 0

    @property
    def workers(self):
        return server.children(self.pid)

    @property
    def trust(self):
        """Return an SSL context that trusts the test's certificate."""
        return ssl.create_default_context(cafile=self.folder / "fullchain.pem")

    def get(self, path, method="GET", body=None, origin="127.0.0.1", **headers):
        """Return the response over TLS; follow no redirects. `origin` is the visitor's address."""
        return next(self.ask(path, 1, method, body, origin, **headers))

    def ask(self, path, times, method="GET", body=None, origin="127.0.0.1", **headers):
        """Yield the responses to `times` requests over one connection."""
        place = ("127.0.0.1", urlsplit(self.address).port)
        connection = http.client.HTTPConnection(self.name, timeout=30)
        with socket.create_connection(place, 30, (origin, 0)) as plain:
            connection.sock = self.trust.wrap_socket(plain, server_hostname=self.name)
            with contextlib.closing(connection):
                for _time in range(times):
                    connection.request(method, path, body, headers)
                    response = connection.getresponse()
                    yield server.Answer(response.status, response.headers, response.read())

    def check(self):
        """Run `nginx -t`; its exit code is 0 if the configuration is valid."""
        command = [find(), "-t", "-p", self.folder, "-c", self.folder / "nginx.conf"]
        return subprocess.run(command, capture_output=True, text=True)


def prepare(folder, nodes, var_dir, name=NAME):
    """Copy the shipped configuration into `folder`, with other ports and paths.

    `nodes` are values for nginx's `server` lines: `127.0.0.1:8000` or `unix:/a/socket`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SHIPPED / "jinhua", folder / "jinhua", dirs_exist_ok=True)
    shutil.copy(_mime_types(), folder)
    lines = "".join(f"server {node} max_fails=0;\n" for node in nodes)
    (folder / "jinhua-nodes.conf").write_text(lines)
    tls, plain = server.free_port(), server.free_port()
    _certify(folder, name)
    site = (SHIPPED / "jinhua.conf").read_text()
    for shipped, here in {
        r" *listen \[::\].*\n": "",
        r"listen 443 ": f"listen 127.0.0.1:{tls} ",
        r"listen 80\b": f"listen 127.0.0.1:{plain}",
        NAME: name,
        rf"/etc/letsencrypt/live/{name}": str(folder),
        r"/var/lib/jinhua": str(var_dir),
        r"/srv/jinhua": str(server.PROJECT),
        r"/var/cache/nginx/jinhua": f"{folder}/cache",
        r"/var/log/nginx": str(folder),
    }.items():
        site, count = re.subn(shipped, here, site)
        assert count, f"jinhua.conf has no {shipped} any more."
    (folder / "jinhua.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    pages = folder / "jinhua" / "site.conf"
    pages.write_text(re.sub("/(?:etc|var/log)/nginx", str(folder), pages.read_text()))
    return Front(folder, f"https://{name}:{tls}", f"http://{name}:{plain}", name)


@contextlib.contextmanager
def running(folder, nodes, var_dir, name=NAME):
    """Run nginx in front of `nodes` within the context."""
    front = prepare(folder, nodes, var_dir, name)
    with (folder / "nginx.log").open("w") as log:
        command = [find(), "-p", folder, "-c", folder / "nginx.conf"]
        nginx = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            server.wait_until((folder / "nginx.pid").exists, f"nginx: {folder}/nginx.log", 20)
            front.pid = nginx.pid
            yield front
        finally:
            nginx.terminate()
            nginx.wait(timeout=30)


def _mime_types():
    output = subprocess.run([find(), "-V"], capture_output=True, text=True).stderr
    return Path(re.search(r"--conf-path=(\S+)", output)[1]).with_name("mime.types")


def _certify(folder, name):
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    command += ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run(command, check=True, capture_output=True)
