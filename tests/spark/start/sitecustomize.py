"""Each Python that Spark starts runs this first: it takes archives off the path, so that modules come from folders.

Spark puts archives in front of its PYTHONPATH. From those, each of the hundred Pythons of these tests would compile
pyspark anew, where the folder that it is installed in has it compiled.
"""

import sys

sys.path[:] = [path for path in sys.path if not path.endswith((".zip", ".jar"))]
