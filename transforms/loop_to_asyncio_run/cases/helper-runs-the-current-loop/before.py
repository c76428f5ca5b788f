import asyncio
import unittest
import warnings

warnings.simplefilter("ignore")


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    return asyncio.get_event_loop().run_until_complete(coro)


class DoubleTest(unittest.TestCase):
    def test_two(self):
        self.assertEqual(run(double(2)), 4)

    def test_three(self):
        self.assertEqual(run(double(3)), 6)


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(DoubleTest).run(result)
print(result.testsRun, result.wasSuccessful())
