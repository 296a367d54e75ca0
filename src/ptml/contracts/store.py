"""An object store behind one small face: whole objects by name, checked after each way.

Which library speaks to which store, credentials, endpoints, retries with backoff and time-outs are
fsspec's matter and the environment's (``AWS_PROFILE``, ``AWS_ENDPOINT_URL``, ``AWS_MAX_ATTEMPTS``):
no secret passes through ptml.
"""

import base64
import hashlib
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptml.contracts.durable import has_no_room, sha256_of
from ptml.errors import TryAgainError, UsageError

# Scheme to the package that serves it and the class in it.
_SERVED_BY = {
    "s3": ("s3fs", "S3FileSystem"),
    "gs": ("gcsfs", "GCSFileSystem"),
    "abfs": ("adlfs", "AzureBlobFileSystem"),
}
STORE_PREFIXES = tuple(f"{scheme}://" for scheme in _SERVED_BY)
# From this size on a file goes up in parts, each of this size: S3 takes 10,000 at most.
PART_BYTES = 64 << 20
_BLOCK_BYTES = 1 << 20
_SECRET = re.compile(r"//[^/@\s]*@|(?i:(?:secret|password|token|key)=)\S+")


def shown_address(address: str) -> str:
    """Give the address of a store as it may be shown.

    Raises
    ------
    UsageError
        When it has no bucket, or holds credentials: those belong in the environment.
    """
    scheme, _, path = address.partition("://")
    # abfs://CONTAINER@ACCOUNT.dfs.core.windows.net/PREFIX: no password stands before this @.
    if any(sign in path for sign in (":?" if scheme == "abfs" else "@?")):
        raise UsageError(
            f"a {scheme}:// address is {scheme}://BUCKET/PREFIX; credentials and endpoints are"
            " read from the environment (AWS_PROFILE, AWS_ENDPOINT_URL, ...), never from an address"
        )
    if not path.partition("/")[0]:
        raise UsageError(f"a {scheme}:// address is {scheme}://BUCKET/PREFIX, got no bucket")
    return address.rstrip("/")


def open_store(address: str) -> "Store":
    """Take up the connection to a store; nothing is sent yet.

    Raises
    ------
    UsageError
        When the package for it is not installed, or the address holds credentials.
    """
    shown = shown_address(address)
    scheme, _, root = shown.partition("://")
    package, name = _SERVED_BY[scheme]
    try:
        system = getattr(importlib.import_module(package), name)
    except ModuleNotFoundError:
        extra = f"ptml[{scheme}]" if scheme == "s3" else package
        raise UsageError(f"{scheme}:// needs {package}: pip install '{extra}'") from None
    # A store that others write to: neither connections nor listings outlive this one.
    return Store(shown, root, system(skip_instance_cache=True, use_listings_cache=False))


@dataclass(frozen=True)
class Store:
    """Objects below one prefix.

    Attributes
    ----------
    address : str
        As it may be shown.
    root : str
        ``BUCKET/PREFIX``.
    system : fsspec.AbstractFileSystem
    """

    address: str
    root: str
    system: Any = field(repr=False)

    def names(self, under: str = "") -> dict[str, Mapping[str, Any]]:
        """Every object below a name, with what the store tells of it."""
        with self.told():
            found = self.system.find(f"{self.root}/{under}".rstrip("/"), detail=True)
        return {path.removeprefix(f"{self.root}/"): about for path, about in sorted(found.items())}

    def read(self, name: str) -> bytes | None:
        """Give an object's bytes; None where there is none of this name."""
        with self.told():
            try:
                return bytes(self.system.cat_file(f"{self.root}/{name}"))
            except FileNotFoundError:
                return None

    def mark(self, name: str) -> str | None:
        """What changes whenever the object does, empty in a store without; None without object."""
        with self.told():
            try:
                return _etag(self.system.info(f"{self.root}/{name}")) or ""
            except FileNotFoundError:
                return None

    def put(self, name: str, content: bytes) -> None:
        """Write an object in one step."""
        with self.told():
            self.system.pipe_file(f"{self.root}/{name}", content)

    def create(self, name: str, content: bytes) -> bool:
        """Write an object that must not be there yet; False where another one is."""
        return self._put_if(name, content, mode="create")

    def replace(self, name: str, content: bytes, mark: str | None) -> bool:
        """Write an object in the place of that with a mark (`mark`).

        False where another one stands there by now; only S3 is asked to look.
        """
        if mark is None:
            return self.create(name, content)
        match = {"IfMatch": f'"{mark}"'} if mark and self._is_s3 else {}
        return self._put_if(name, content, **match)

    def _put_if(self, name: str, content: bytes, **condition: str) -> bool:
        with self.told():
            try:
                self.system.pipe_file(f"{self.root}/{name}", content, **condition)
            except OSError as error:
                if not _is_refused(error):
                    raise
                # A first try may have arrived although its answer was lost.
                return self.read(name) == content
            return True

    def send(self, path: Path, name: str) -> None:
        """Upload a file and see that the store holds the same bytes.

        Raises
        ------
        TryAgainError
            When it holds others.
        """
        target = f"{self.root}/{name}"
        with self.told():
            self.system.put_file(str(path), target, chunksize=PART_BYTES)
            if not self._holds(target, path):
                raise TryAgainError(
                    f"{self.address}/{name} is not what was sent; run again, and look at the"
                    " network if it comes again"
                )

    def fetch(self, name: str, path: Path, listed: Mapping[str, Any] | None = None) -> None:
        """Download an object into a file.

        Parameters
        ----------
        listed : mapping, optional
            What `names` told of it, where it must be what was listed; else the store is asked.

        Raises
        ------
        TryAgainError
            When it changed since.
        """
        target = f"{self.root}/{name}"
        with self.told():
            before = _etag(listed or self.system.info(target))
            self.system.get_file(target, str(path))
            info = self.system.info(target)
        if _etag(info) != before or path.stat().st_size != info["size"]:
            raise TryAgainError(f"{self.address}/{name} changed while it was read; run again")

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; one that is not there is none that is left."""
        paths = [f"{self.root}/{name}" for name in names]
        with self.told():
            for path in paths:
                try:
                    self.system.rm_file(path)
                except FileNotFoundError:
                    continue

    def drop_uploads(self, under: str) -> int:
        """Give up uploads in parts that were never finished; they cost and nobody sees them."""
        if not self._is_s3:
            return 0
        bucket, _, prefix = f"{self.root}/{under}".partition("/")
        with self.told():
            pending = [
                upload
                for upload in self.system.list_multipart_uploads(bucket)
                if upload["Key"].startswith(prefix)
            ]
            for upload in pending:
                self.system.abort_mpu(bucket, upload["Key"], upload["UploadId"])
        return len(pending)

    def old_versions(self, under: str) -> list[dict[str, str]]:
        """What a bucket that keeps versions still holds of objects that were removed or replaced.

        Empty for a bucket that keeps none, and for stores other than S3, which are not asked.
        """
        if not self._is_s3:
            return []
        bucket, _, prefix = f"{self.root}/{under}".partition("/")
        found: list[Mapping[str, Any]] = []
        marks: list[Mapping[str, Any]] = []
        more: dict[str, str] = {}
        with self.told():
            while True:
                page = self.system.call_s3(
                    "list_object_versions", Bucket=bucket, Prefix=prefix, **more
                )
                found += [one for one in page.get("Versions", ()) if not one["IsLatest"]]
                marks += page.get("DeleteMarkers", ())
                if not page.get("IsTruncated"):
                    break
                more = {
                    "KeyMarker": page["NextKeyMarker"],
                    "VersionIdMarker": page["NextVersionIdMarker"],
                }
        # The mark that an object was removed goes last: without it the object would be back.
        return [{key: str(one[key]) for key in ("Key", "VersionId")} for one in (*found, *marks)]

    def remove_versions(self, versions: Iterable[Mapping[str, str]]) -> None:
        """Remove what `old_versions` found, for good."""
        bucket = self.root.partition("/")[0]
        with self.told():
            for one in versions:
                self.system.call_s3("delete_object", Bucket=bucket, **one)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what a library says of a store into one line for its user, without a secret.

        Raises
        ------
        UsageError
            For a bucket that is not there or may not be used.
        TryAgainError
            For anything that may pass: time-outs, lost connections, a store that is too busy.
        """
        try:
            yield
        except (PermissionError, FileNotFoundError) as error:
            raise UsageError(
                f"{self.address} cannot be used ({_said(error)}); check the bucket, its rights and"
                " the credentials of the environment"
            ) from error
        except OSError as error:
            if has_no_room(error):
                raise
            raise self._later(error) from error
        except Exception as error:
            raise self._of_library(error) from error

    def _of_library(self, error: Exception) -> Exception:
        package = type(error).__module__.partition(".")[0]
        if "Credentials" in type(error).__name__ or "Profile" in type(error).__name__:
            return UsageError(
                f"{self.address} cannot be used ({_said(error)}); give credentials by the"
                " environment (AWS_PROFILE, AWS_ACCESS_KEY_ID, ... or a role of the machine)"
            )
        if package in ("botocore", "aiobotocore", "aiohttp", "gcsfs", "azure", "asyncio", "fsspec"):
            return self._later(error)
        return error

    def _later(self, error: Exception) -> TryAgainError:
        return TryAgainError(
            f"{self.address} did not answer as it should ({_said(error)}); what was published"
            " before is untouched: run again when the store answers"
        )

    def _holds(self, target: str, path: Path) -> bool:
        info = self.system.info(target)
        if info["size"] != path.stat().st_size:
            return False
        told = _etag(info)
        if told in (_md5(path), _md5_of_parts(path)):
            return True
        # No hash that we know (encrypted by a key, or another store's own): the bytes themselves.
        digest = hashlib.sha256()
        with self.system.open(target, "rb", block_size=PART_BYTES, cache_type="none") as stream:
            while block := stream.read(PART_BYTES):
                digest.update(block)
        return digest.hexdigest() == sha256_of(path)

    @property
    def _is_s3(self) -> bool:
        return self.address.startswith("s3://")


def _etag(info: Mapping[str, Any]) -> str | None:
    if "md5Hash" in info:
        return base64.b64decode(info["md5Hash"]).hex()
    told = info.get("ETag", info.get("etag"))
    return None if told is None else str(told).strip('"')


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _md5_of_parts(path: Path) -> str:
    """S3's hash of an upload in parts: MD5 of their MD5s and how many there were."""
    parts = []
    with path.open("rb") as file:
        while block := file.read(PART_BYTES):
            parts.append(hashlib.md5(block, usedforsecurity=False).digest())
    return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def _is_refused(error: Exception) -> bool:
    """Whether a condition of a write did not hold (S3: 412), or two came at once (409)."""
    if isinstance(error, FileExistsError):
        return True
    cause = error.__cause__ or error
    answer = getattr(cause, "response", None) or {}
    code = answer.get("Error", {}).get("Code", "")
    return code in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


def _said(error: Exception) -> str:
    first = str(error).partition("\n")[0] or type(error).__name__
    return _SECRET.sub("//...@", first)
