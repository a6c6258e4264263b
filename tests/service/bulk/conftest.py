"""An office that tests of a module share where they leave its registry as it was."""

import pytest

from service.bulk.orders import Order
from tests.service.bulk.office import make_home, order


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Order:
    """For labels of 60 x 40 mm, one a page."""
    return order(make_home(tmp_path_factory.mktemp("office")))
