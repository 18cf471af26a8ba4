-- "Is this line of the server one that we sent?" is asked for each line that a server says.
CREATE INDEX rcon_commands_shown ON rcon_commands (server_id, shows_as) WHERE shows_as IS NOT NULL;
-- What is done is forgotten after a while.
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE state = 'sent';
CREATE INDEX rcon_commands_settled ON rcon_commands (settled_at) WHERE settled_at IS NOT NULL;
