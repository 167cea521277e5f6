"""nginx as the peer that does nothing but HTTP: `return 200` with a body as long as ours, by one worker on core 0."""
import os, subprocess, time, urllib.request

import support

CONFIGURATION = """\
worker_processes 1; worker_cpu_affinity 01; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 100000000; default_type application/json;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} reuseport;
        listen 127.0.0.1:{tls_port} reuseport ssl;
        ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
{locations}
    }}
}}
"""


class Nginx:
    def __init__(self, folder: str, ports: tuple[int, int], certificate: str, key: str, sizes: dict[str, int]):
        """`ports`: without TLS and with it. `sizes`: how many octets are answered at each path."""
        self.url, self.tls_url = f"http://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}"
        os.makedirs(folder)
        locations = "\n".join(f"        location = {path} {{ return 200 '{'x' * size}'; }}" for path, size in sizes.items())
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(CONFIGURATION.format(folder=folder, port=ports[0], tls_port=ports[1], certificate=certificate,
                                            key=key, locations=locations))
        self.process = subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", f"{folder}/nginx.conf", "-p", folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait(next(iter(sizes)))

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self, path: str) -> None:
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + path, timeout=1).read()
                return
            except OSError:
                time.sleep(0.05)
        raise support.Failed(f"no answer from nginx at {self.url}{path}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)
