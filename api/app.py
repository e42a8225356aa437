"""The web application: routers found by walking api.routes and api.pages, errors, headers, the screening worker."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

import api.pages
import api.routes
from api import errors
from api.headers import SecurityHeaders
from api.metrics import CountRequests
from api.render import STATIC
from screening.bootstrap import House, Worker
from screening.store.sign_in import SignIn
from screening.upkeep import Upkeep
from screening.webhook import Courier


def create_app(house: House, *, screens: bool = True) -> FastAPI:
    """The desk for one house. screens: whether this process also screens what is uploaded."""
    worker, upkeep = Worker(house), Upkeep(house)
    courier = Courier(house.store, house.settings, house.clock)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        if screens:
            worker.start()
            upkeep.start()
            courier.start()
        yield
        await to_thread.run_sync(upkeep.stop)
        await to_thread.run_sync(courier.stop)
        await to_thread.run_sync(worker.stop)
        house.screener.close()
        house.store.close()

    app = FastAPI(
        title="先审 xianshen",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.house, app.state.store, app.state.desk = house, house.store, house.desk
    app.state.clock, app.state.worker, app.state.sign_in = house.clock, worker, SignIn(house.store)
    errors.install(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountRequests)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in routers():
        app.include_router(router)
    return app


def routers() -> Iterator[APIRouter]:
    """Every `router` of api.routes and api.pages: a new file is a new part."""
    for package in (api.routes, api.pages):
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
            router = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "router", None)
            if isinstance(router, APIRouter):
                yield router
