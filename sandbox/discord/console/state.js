/** What one person knows of the guild, kept up to date by the gateway's events. */

const TEXT = new Set([0, 5]);
const THREADS = new Set([10, 11, 12]);

// So many messages are kept drawn while one is reading along at the end.
const MOST_SHOWN = 200;

export const isThread = (channel) => THREADS.has(channel.type);
export const isText = (channel) => TEXT.has(channel.type) || isThread(channel) || channel.type === 1;

export class State {
  constructor(me) {
    this.me = me;
    this.guild = null;
    this.channels = new Map();
    this.roles = new Map();
    this.members = new Map();
    this.users = new Map();
    this.presences = new Map();
    this.messages = new Map();
    this.history = new Map();
    this.reading = new Set();
    this.mentions = new Map();
    this.typing = new Map();
    this.read = load(`read:${me.id}`);
  }

  // People.

  user(id) {
    return this.members.get(id)?.user ?? this.users.get(id) ?? null;
  }

  nameOf(id) {
    const user = this.user(id);
    return this.members.get(id)?.nick || user?.global_name || user?.username || "someone";
  }

  /** The colour of a member: that of their highest role that has one. */
  colourOf(id) {
    const held = (this.members.get(id)?.roles ?? []).map((role) => this.roles.get(role)).filter(Boolean);
    return held.sort((a, b) => b.position - a.position).find((role) => role.color)?.color ?? 0;
  }

  statusOf(id) {
    return this.presences.get(id) ?? "offline";
  }

  myRoles() {
    return this.members.get(this.me.id)?.roles ?? [];
  }

  // Channels.

  /** Channels as the list shows them: each category with its channels, each channel with its open threads. */
  tree() {
    const byPlace = (a, b) => a.position - b.position || (BigInt(a.id) < BigInt(b.id) ? -1 : 1);
    const all = [...this.channels.values()];
    const groups = [{ category: null, channels: [] }];
    for (const category of all.filter((channel) => channel.type === 4).sort(byPlace)) {
      groups.push({ category, channels: [] });
    }
    const plain = all.filter((channel) => channel.type !== 4 && channel.type !== 1 && !isThread(channel));
    for (const channel of plain.sort(byPlace)) {
      const group = groups.find((found) => found.category?.id === channel.parent_id) ?? groups[0];
      group.channels.push({ channel, threads: this.openThreads(channel.id) });
    }
    return groups.filter((group) => group.channels.length > 0);
  }

  openThreads(parentId) {
    return [...this.channels.values()].filter(
      (channel) => isThread(channel) && channel.parent_id === parentId && !channel.thread_metadata.archived,
    );
  }

  /** Direct messages, latest first. */
  directs() {
    const newest = (channel) => BigInt(channel.last_message_id ?? channel.id);
    return [...this.channels.values()]
      .filter((channel) => channel.type === 1)
      .sort((a, b) => (newest(a) > newest(b) ? -1 : 1));
  }

  titleOf(channel) {
    return channel.type === 1 ? this.nameOf(channel.recipients[0]?.id) : channel.name;
  }

  isUnread(channel) {
    const seen = this.read[channel.id];
    return Boolean(channel.last_message_id) && seen !== undefined && BigInt(channel.last_message_id) > BigInt(seen);
  }

  markRead(channelId) {
    const channel = this.channels.get(channelId);
    if (!channel) return;
    this.read[channelId] = channel.last_message_id ?? channelId;
    this.mentions.delete(channelId);
    save(`read:${this.me.id}`, this.read);
  }

  // Messages.

  listOf(channelId) {
    if (!this.messages.has(channelId)) this.messages.set(channelId, new Map());
    return this.messages.get(channelId);
  }

  /** Messages of a channel, oldest first. */
  shown(channelId) {
    return [...this.listOf(channelId).values()].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }

  /**
   * Read a page of a channel's history with `fetchPage`. What the gateway tells meanwhile may be newer
   * than the page, so it is applied once more on top of it.
   */
  async readHistory(channelId, fetchPage) {
    const meanwhile = [];
    this.reading.add({ channelId, meanwhile });
    try {
      const page = await fetchPage();
      const list = this.listOf(channelId);
      for (const message of page) {
        this.learnUsers(message);
        list.set(message.id, message);
      }
      for (const [event, data] of meanwhile) HANDLERS[event](this, data);
      return page;
    } finally {
      this.reading = new Set([...this.reading].filter((it) => it.meanwhile !== meanwhile));
    }
  }

  /** Forget the oldest messages of a long list; scrolling up reads them again. */
  trim(channelId) {
    const list = this.listOf(channelId);
    if (list.size <= MOST_SHOWN + 100) return;
    for (const message of this.shown(channelId).slice(0, -MOST_SHOWN)) list.delete(message.id);
    this.history.set(channelId, "more");
  }

  learnUsers(message) {
    if (!message.webhook_id) this.users.set(message.author.id, message.author);
    for (const user of message.mentions ?? []) this.users.set(user.id, user);
    const asked = message.interaction_metadata?.user;
    if (asked) this.users.set(asked.id, asked);
  }

  /** Whether a message pings me. */
  pingsMe(message) {
    if (message.author.id === this.me.id) return false;
    const roles = this.myRoles();
    return (
      message.mention_everyone ||
      message.mentions.some((user) => user.id === this.me.id) ||
      message.mention_roles.some((role) => roles.includes(role))
    );
  }

  // Events: each returns which part of the page has to be drawn anew.

  take(event, data) {
    const handler = HANDLERS[event];
    if (!handler) return null;
    if (REPEATABLE.has(event)) {
      for (const { channelId, meanwhile } of this.reading) {
        if (channelId === data.channel_id) meanwhile.push([event, data]);
      }
    }
    return handler(this, data);
  }
}

// Events that may be applied twice with the same result.
const REPEATABLE = new Set(["MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"]);

const HANDLERS = {
  READY: (state, data) => {
    for (const channel of data.private_channels) state.takeDirect(channel);
    return "all";
  },
  GUILD_CREATE: (state, guild) => {
    state.guild = guild;
    state.channels = new Map([...state.channels].filter(([, channel]) => channel.type === 1));
    for (const channel of [...guild.channels, ...guild.threads]) {
      state.channels.set(channel.id, channel);
      // What was there before the first visit is not news.
      state.read[channel.id] ??= channel.last_message_id ?? channel.id;
    }
    state.roles = new Map(guild.roles.map((role) => [role.id, role]));
    state.members = new Map(guild.members.map((member) => [member.user.id, member]));
    state.presences = new Map(guild.presences.map((presence) => [presence.user.id, presence.status]));
    return "all";
  },
  CHANNEL_CREATE: (state, channel) => {
    if (channel.type === 1) state.takeDirect(channel);
    else state.takeChannel(channel);
    return "channels";
  },
  CHANNEL_UPDATE: (state, channel) => state.takeChannel(channel),
  CHANNEL_DELETE: (state, channel) => state.dropChannel(channel.id),
  THREAD_CREATE: (state, thread) => state.takeChannel(thread),
  THREAD_UPDATE: (state, thread) => state.takeChannel(thread),
  THREAD_DELETE: (state, thread) => state.dropChannel(thread.id),
  GUILD_ROLE_CREATE: (state, { role }) => state.takeRole(role),
  GUILD_ROLE_UPDATE: (state, { role }) => state.takeRole(role),
  GUILD_ROLE_DELETE: (state, data) => {
    state.roles.delete(data.role_id);
    return "members";
  },
  GUILD_MEMBER_ADD: (state, member) => state.takeMember(member),
  GUILD_MEMBER_UPDATE: (state, member) => state.takeMember(member),
  GUILD_MEMBER_REMOVE: (state, { user }) => {
    state.members.delete(user.id);
    return "members";
  },
  PRESENCE_UPDATE: (state, presence) => {
    state.presences.set(presence.user.id, presence.status);
    return "presences";
  },
  MESSAGE_CREATE: (state, message) => {
    state.learnUsers(message);
    state.listOf(message.channel_id).set(message.id, message);
    const channel = state.channels.get(message.channel_id);
    const isEphemeral = (message.flags & 64) !== 0;
    if (channel && !isEphemeral) channel.last_message_id = message.id;
    if (state.pingsMe(message)) {
      state.mentions.set(message.channel_id, (state.mentions.get(message.channel_id) ?? 0) + 1);
    }
    state.typing.get(message.channel_id)?.delete(message.author.id);
    return "message";
  },
  MESSAGE_UPDATE: (state, message) => {
    const list = state.listOf(message.channel_id);
    if (list.has(message.id)) list.set(message.id, message);
    return "message";
  },
  MESSAGE_DELETE: (state, { id, channel_id: channelId }) => {
    state.listOf(channelId).delete(id);
    return "message";
  },
  MESSAGE_DELETE_BULK: (state, { ids, channel_id: channelId }) => {
    for (const id of ids) state.listOf(channelId).delete(id);
    return "message";
  },
  MESSAGE_REACTION_ADD: (state, data) => state.react(data, 1),
  MESSAGE_REACTION_REMOVE: (state, data) => state.react(data, -1),
  MESSAGE_REACTION_REMOVE_ALL: (state, data) => {
    const message = state.listOf(data.channel_id).get(data.message_id);
    if (message) message.reactions = [];
    return "message";
  },
  TYPING_START: (state, data) => {
    if (data.user_id === state.me.id) return null;
    if (!state.typing.has(data.channel_id)) state.typing.set(data.channel_id, new Map());
    // Discord shows somebody as typing for ten seconds.
    state.typing.get(data.channel_id).set(data.user_id, Date.now() + 10_000);
    return "typing";
  },
};

Object.assign(State.prototype, {
  takeChannel(channel) {
    const known = this.channels.get(channel.id);
    this.channels.set(channel.id, { ...known, ...channel });
    this.read[channel.id] ??= channel.last_message_id ?? channel.id;
    return "channels";
  },
  takeDirect(channel) {
    for (const user of channel.recipients) this.users.set(user.id, user);
    this.takeChannel(channel);
  },
  dropChannel(id) {
    this.channels.delete(id);
    this.messages.delete(id);
    return "channels";
  },
  takeRole(role) {
    this.roles.set(role.id, role);
    return "members";
  },
  takeMember(member) {
    this.members.set(member.user.id, member);
    return "members";
  },
  react({ channel_id: channelId, message_id: messageId, emoji, user_id: userId }, change) {
    const message = this.listOf(channelId).get(messageId);
    if (!message) return null;
    message.reactions ??= [];
    let reaction = message.reactions.find((r) => r.emoji.name === emoji.name && r.emoji.id === emoji.id);
    if (!reaction) {
      reaction = { emoji, count: 0, me: false };
      message.reactions.push(reaction);
    }
    reaction.count += change;
    if (userId === this.me.id) reaction.me = change > 0;
    message.reactions = message.reactions.filter((r) => r.count > 0);
    return "message";
  },
});

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function save(key, value) {
  localStorage.setItem(key, JSON.stringify(value));
}
