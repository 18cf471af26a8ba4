"""Puts a community into the world: what exists is kept, what is new is added."""

from __future__ import annotations

import base64
import secrets

from sandbox.discord.community import Community, SeedApplication, SeedChannel, SeedPerson
from sandbox.discord.models import Application, Channel, Guild, Member, Overwrite, Role, User
from sandbox.discord.permissions import EVERYONE, Permission
from sandbox.discord.snowflake import Snowflake
from sandbox.discord.world import GuildState, World
from shared.errors import ConfigError


class Seeding:
    """Adds one community; safe to repeat. Things are told by their names."""

    def __init__(self, world: World, community: Community) -> None:
        self._world = world
        self._community = community

    def run(self) -> GuildState:
        """Add what is missing, and return the guild."""
        community = self._community
        people = {person.name: self._user(person) for person in community.people}
        owners = [person.name for person in community.people if person.is_owner]
        if len(owners) != 1:
            raise ConfigError(
                f"Exactly one person owns a community; {community.name} has {len(owners)} owners."
            )
        state = self._guild(people[owners[0]])
        # The first role listed is to be the highest, so it comes last. Bots rank above people's roles,
        # as an owner puts them: a bot may give and take only the roles below its own.
        for seed in reversed(community.roles):
            self._role(state, seed.name, permissions=seed.permissions, color=seed.color, hoist=seed.hoist)
        bot_roles = {app.name: self._application(state, app) for app in community.applications}
        for app, role in bot_roles.items():
            self._join(state, self._bot(app), (role,))
        for person in community.people:
            self._join(state, people[person.name], [self._named_role(state, name) for name in person.roles])
        for channel in community.channels:
            self._channel(state, channel, bot_roles)
        return state

    def _user(self, person: SeedPerson) -> User:
        found = next((u for u in self._world.users.values() if not u.bot and u.username == person.name), None)
        return found or self._add_user(
            person.name, person.display_name, token="user-" + secrets.token_urlsafe(32)
        )

    def _add_user(
        self, name: str, display_name: str | None, *, token: str, bot_id: Snowflake | None = None
    ) -> User:
        user = User(
            id=bot_id or self._world.ids.next(),
            username=name,
            global_name=display_name,
            bot=bot_id is not None,
            token=token,
        )
        self._world.save(user)
        return user

    def _guild(self, owner: User) -> GuildState:
        for state in self._world.guilds.values():
            if state.guild.name == self._community.name:
                return state
        guild = Guild(id=self._world.ids.next(), name=self._community.name, owner_id=owner.id)
        everyone = Role(id=guild.id, guild_id=guild.id, name="@everyone", permissions=EVERYONE)
        self._world.save(guild, everyone)
        return self._world.guilds[guild.id]

    def _application(self, state: GuildState, seed: SeedApplication) -> Role:
        """Add an application with its bot user, and return its role."""
        found = next((a for a in self._world.applications.values() if a.name == seed.name), None)
        if found is None:
            found = Application(
                id=self._world.ids.next(), name=seed.name, title=seed.title, privileged=int(seed.privileged)
            )
            self._world.save(found)
            self._add_user(seed.title, None, token=_bot_token(found.id), bot_id=found.id)
        return self._role(state, seed.title, permissions=seed.permissions, bot_id=found.id)

    def _bot(self, name: str) -> User:
        application = next(a for a in self._world.applications.values() if a.name == name)
        return self._world.users[application.id]

    def _role(
        self,
        state: GuildState,
        name: str,
        *,
        permissions: Permission,
        color: int = 0,
        hoist: bool = False,
        bot_id: Snowflake | None = None,
    ) -> Role:
        found = next((role for role in state.roles.values() if role.name == name), None)
        if found is not None:
            return found
        top = max(role.position for role in state.roles.values()) + 1
        bots = [role.position for role in state.roles.values() if role.bot_id is not None]
        position = top if bot_id is not None else min(bots, default=top)
        moved = [role for role in state.roles.values() if role.position >= position]
        for other in moved:
            other.position += 1
        role = Role(
            id=self._world.ids.next(),
            guild_id=state.guild.id,
            name=name,
            permissions=permissions,
            color=color,
            hoist=hoist,
            bot_id=bot_id,
            position=position,
        )
        self._world.save(role, *moved)
        return role

    def _named_role(self, state: GuildState, name: str) -> Role:
        found = next((role for role in state.roles.values() if role.name == name), None)
        if found is None:
            raise ConfigError(f"{self._community.name} has no role named {name}.")
        return found

    def _join(self, state: GuildState, user: User, roles: list[Role] | tuple[Role, ...]) -> None:
        if user.id in state.members or user.id in state.bans:
            return
        self._world.save(
            Member(
                guild_id=state.guild.id,
                user_id=user.id,
                joined_at=self._world.clock.now(),
                roles=[role.id for role in roles],
            )
        )

    def _channel(self, state: GuildState, seed: SeedChannel, bot_roles: dict[str, Role]) -> None:
        existing = self._world.channels_of(state.guild.id)
        if any(c.name == seed.name and c.type is seed.type for c in existing):
            return
        parent = next((c for c in existing if c.name == seed.category), None)
        seen_by = [bot_roles.get(name) or self._named_role(state, name) for name in seed.private_to]
        overwrites = [Overwrite(id=role.id, type=0, allow=Permission.VIEW_CHANNEL) for role in seen_by]
        if overwrites:
            overwrites.append(Overwrite(id=state.guild.id, type=0, deny=Permission.VIEW_CHANNEL))
        self._world.save(
            Channel(
                id=self._world.ids.next(),
                type=seed.type,
                guild_id=state.guild.id,
                name=seed.name,
                topic=seed.topic,
                parent_id=parent.id if parent else None,
                position=len(existing),
                overwrites=overwrites,
            )
        )


def _bot_token(application_id: Snowflake) -> str:
    """Return a token in Discord's form: the application's id in base64, and two secret parts."""
    number = base64.urlsafe_b64encode(application_id.encode()).decode().rstrip("=")
    return f"{number}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"
