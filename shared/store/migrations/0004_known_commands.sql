-- Which slash commands each bot has registered in a guild, for the help of all of them together.
CREATE TABLE known_commands (
    guild_id bigint NOT NULL REFERENCES communities,
    bot text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    PRIMARY KEY (guild_id, bot, name)
);
