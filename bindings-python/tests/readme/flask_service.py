import os
from threading import Thread

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from hams import Health

app = Flask(__name__)

with Health("orders") as health:
    # if you want it on the application's port too
    mounted = DispatcherMiddleware(app.wsgi_app, {"/internal": health.wsgi})
    port = int(os.environ.get("PORT", "8000"))
    server = make_server("127.0.0.1", port, mounted, threaded=True)
    health.add_hook("server", server.shutdown)
    health.start()
    Thread(target=server.serve_forever).start()
    health.wait()
