"""`make bench`: the text API beside the bare floor. The other measurements are modules beside this one."""

from tests.bench.text_api import main

main()
