"""Permission bits, and the arithmetic of roles and overwrites (Discord docs, "Permissions")."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from typing import Protocol


class Permission(IntFlag):
    """Discord docs, "Bitwise Permission Flags"; the newest are of 2026-02-23 (``PIN_MESSAGES``)."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_POLLS = 1 << 49
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


NOTHING = Permission(0)
EVERYTHING = Permission((1 << 53) - 1)

# What @everyone has in a new server, as far as the stand-in knows the bits (observed).
EVERYONE = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
)

# Discord docs, "Implicit Permissions": a timed-out member keeps these two.
WHILE_TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY

# Discord docs, "Implicit Permissions": who may not send may do none of these either.
NEEDS_SENDING = Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS


class OverwriteLike(Protocol):
    """What a channel changes for one role or member."""

    @property
    def id(self) -> object:
        """Whose it is."""
        ...

    @property
    def allow(self) -> Permission:
        """What it adds."""
        ...

    @property
    def deny(self) -> Permission:
        """What it takes away."""
        ...


def base_permissions(*, is_owner: bool, of_roles: Iterable[Permission]) -> Permission:
    """Return what a member may do in the guild, before a channel changes it."""
    if is_owner:
        return EVERYTHING
    total = NOTHING
    for permissions in of_roles:
        total |= permissions
    return EVERYTHING if total & Permission.ADMINISTRATOR else total


def apply_overwrites(
    base: Permission,
    overwrites: Iterable[OverwriteLike],
    *,
    everyone: object,
    roles: Iterable[object],
    member: object,
) -> Permission:
    """Return what is left of ``base`` in a channel: @everyone first, then roles, then the member."""
    if base == EVERYTHING:
        return base
    by_id = {overwrite.id: overwrite for overwrite in overwrites}
    for group in ((everyone,), tuple(roles), (member,)):
        present = [by_id[key] for key in group if key in by_id]
        for overwrite in present:
            base &= ~overwrite.deny
        for overwrite in present:
            base |= overwrite.allow
    return with_implied(base)


def with_implied(permissions: Permission) -> Permission:
    """Return the permissions without those that others imply are missing."""
    if not permissions & Permission.VIEW_CHANNEL:
        return NOTHING
    if not permissions & Permission.SEND_MESSAGES:
        return permissions & ~NEEDS_SENDING
    return permissions
