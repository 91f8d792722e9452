"""Answers lines of JSON: `runner.py FOLDER PACKAGE.MODULE COMPONENT`."""

import importlib
import sys

folder, module, component = sys.argv[1:]
sys.path.insert(0, folder)
importlib.import_module(module).SESSION.serve(component)
