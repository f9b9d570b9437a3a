"""Compiles the loops of scoring. Without a compiler the library is installed all the same, and uses numpy."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = "faqsearch.ranking._kernel"


class KernelHook(BuildHookInterface):
    """Builds the extension beside its source, and adds it to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile, and mark the wheel as one for this platform; a failure leaves it pure."""
        try:
            built = _compile(Path(self.root))
        except Exception as error:  # noqa: BLE001  # compilers fail in as many ways as there are of them
            print(f"faqsearch: not compiled, numpy will be used: {error}", file=sys.stderr)  # noqa: T201
            return
        build_data["artifacts"].append(f"/{built.relative_to(self.root).as_posix()}")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _compile(root: Path) -> Path:
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    source = root.joinpath(*KERNEL.split(".")).with_suffix(".pyx")
    # A product must be rounded before it is added, as numpy rounds it; scores are read as bits, too.
    flags = [] if sys.platform == "win32" else ["-O3", "-g0", "-ffp-contract=off", "-fno-strict-aliasing"]
    extension = Extension(KERNEL, [str(source)], extra_compile_args=flags)
    with tempfile.TemporaryDirectory() as folder:
        modules = cythonize([extension], build_dir=folder, quiet=True)
        command = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib = command.build_temp = folder
        command.ensure_finalized()
        command.run()
        built = Path(command.get_ext_fullpath(KERNEL))
        target = source.with_name(built.name)
        # Whoever has the old one loaded keeps it.
        aside = target.with_suffix(f".{os.getpid()}.new")
        aside.write_bytes(built.read_bytes())
        aside.replace(target)
    return target
