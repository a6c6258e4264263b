"""The floor of the scan page: the smallest Starlette application, served by the same uvicorn."""

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


app: Final = Starlette(routes=[Route("/", hello)])
