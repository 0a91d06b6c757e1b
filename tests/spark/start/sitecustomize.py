"""What each Python that Spark starts does first: it looks for modules in folders alone.

Spark puts archives in front of its PYTHONPATH. From those, each of the hundred Pythons of these tests would compile
pyspark anew, where the folder that it is installed in has it compiled.
"""

import sys

sys.path[:] = [path for path in sys.path if not path.endswith((".zip", ".jar"))]
