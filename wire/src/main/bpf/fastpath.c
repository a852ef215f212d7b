/*
 * The kernel's part of the fast path: forwards the segments of settled connections from one
 * interface to the other, moves their numbers by constants, and notes what it saw of them.
 * Everything here is in the byte order of the machine but for addresses and ports.
 */
#include "fastpath.h"

SECTION("maps") struct map flows = {BPF_MAP_TYPE_HASH, sizeof(struct key), sizeof(struct entry), 131072};
SECTION("maps") struct map guards = {BPF_MAP_TYPE_HASH, sizeof(struct key), sizeof(struct entry), 131072};
SECTION("maps") struct map legs = {BPF_MAP_TYPE_HASH, sizeof(u32), sizeof(struct leg), 64};
SECTION("maps") struct map owners = {BPF_MAP_TYPE_ARRAY, sizeof(u32), sizeof(struct owner), 1};
SECTION("maps") struct map counts = {BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(u32), sizeof(u64), COUNTS};
SECTION("maps") struct map living = {BPF_MAP_TYPE_PROG_ARRAY, sizeof(u32), sizeof(u32), 1};
SECTION("maps") struct map ways = {BPF_MAP_TYPE_HASH, sizeof(u32), sizeof(struct way), 64};
SECTION("maps") struct map named_ports = {BPF_MAP_TYPE_ARRAY, sizeof(u32), sizeof(u64), 1024};
SECTION("maps") struct map named_blocks = {BPF_MAP_TYPE_LPM_TRIE, sizeof(struct block), sizeof(u32), 65536};
SECTION("maps") struct map sayings = {BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(u32), sizeof(struct saying), 1};

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, TCP = 20, MOST_OPTIONS = 40 };
enum { OPTIONS_PLACE = 72 }; /* for options, and what inside() may reach beyond them */
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_VLAN = 0x8100, IPPROTO_TCP = 6, FOR_OTHERS = 3, MORE = 0x2000, OFFSET = 0x1fff };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16, URG = 32 };
enum { END_OF_OPTIONS = 0, NO_OPERATION = 1, SACK = 5, TIMESTAMPS = 8 };
enum { NEXT = -1, STAYS = 0, DROPPED = 2, REDIRECTED = 7 };
enum { NOTHING = 0, ALL = -1 };
/* A clock of microseconds passes half of its range in so many nanoseconds (RFC 7323 section 5.5). */
#define OUTDATED_NANOS 2147000000000LL
/* So many octets before or beyond the end of what passed a segment begins at most; so far from what was acknowledged it
 * acknowledges at most. */
#define REACH (1 << 24)
/* A tick has 2^20 nanoseconds. An end repeats its SYN after a second at the earliest (RFC 6298 section 2). */
enum { TICK_BITS = 20, SECOND_TICKS = 954 };

struct segment {
  u32 at; /* of its TCP header in the frame */
  u32 odd; /* whether its IPv4 header has options, or it is a first fragment: not for FAST */
  u32 sequence;
  u32 acknowledgement;
  u32 payload;
  u32 window;
  u32 options; /* octets */
  u32 flags;
  u32 has_timestamps;
  u32 timestamp;
  u32 timestamp_echo;
  u32 sack; /* the octet of the options at which its blocks begin; 0 without any */
  u32 sack_end;
};

/* The same value, of which the verifier knows nothing: so all ways through a loop become one. */
INLINE u32 unknown(struct __sk_buff *skb, u32 place, u32 value) {
  volatile u32 *note = skb->cb + place;
  *note = value;
  return *note;
}

/* Sets all octets to zero, of which the verifier knows nothing. */
INLINE void clear(struct __sk_buff *skb, void *at, u32 bytes) {
  u32 zero = unknown(skb, 4, 0);
  for (u32 i = 0; i < bytes / sizeof(u32); i++) {
    ((volatile u32 *)at)[i] = zero;
  }
}

/* Keeps an index of options inside their place, where the verifier sees it. */
INLINE u32 inside(u32 at) {
  asm volatile("" : "+r"(at));
  return at & 63;
}

INLINE u16 swap16(u16 value) { return __builtin_bswap16(value); }
INLINE u32 swap32(u32 value) { return __builtin_bswap32(value); }
INLINE u16 two(const u8 *at) { return (u16)(at[0] << 8 | at[1]); }
INLINE u32 four(const u8 *at) { return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3]; }
INLINE int is_before(u32 one, u32 other) { return (s32)(one - other) < 0; }

INLINE void add(u32 index, u64 more) {
  u64 *value = lookup(&counts, &index);
  if (value) {
    *value += more;
  }
}

INLINE void count(u32 reason) { add(reason, 1); }

/* Reads the link and IP headers; the TCP header begins at segment->at. Returns its length with the
 * payload; 0 if they do not read plainly. */
INLINE u32 read_network(struct __sk_buff *skb, struct key *key, struct segment *segment) {
  u8 header[IPV6];
  u8 type[2];
  u32 length;
  if (skb->vlan_present) {
    if (skb->vlan_proto != swap16(TYPE_VLAN)) {
      return 0;
    }
    u16 id = skb->vlan_tci & VLAN_ID;
    key->vlan = id ? id | TAGGED : 0; /* a tag may have a priority only */
  }
  if (load(skb, ETHERNET - 2, type, sizeof(type)) || load(skb, ETHERNET, header, IPV4)) {
    return 0;
  }
  if (two(type) == TYPE_IPV4) {
    u32 bytes = (header[0] & 15) * 4;
    length = two(header + 2);
    if (header[0] >> 4 != 4 || bytes < IPV4 || header[9] != IPPROTO_TCP || (two(header + 6) & OFFSET)
        || length < bytes + TCP) {
      return 0;
    }
    __builtin_memcpy(key->source, header + 12, 4);
    __builtin_memcpy(key->destination, header + 16, 4);
    key->version = 4;
    segment->odd = bytes != IPV4 || (two(header + 6) & MORE);
    segment->at = ETHERNET + bytes;
    length -= bytes;
  } else if (two(type) == TYPE_IPV6) {
    if (load(skb, ETHERNET, header, IPV6) || header[0] >> 4 != 6 || header[6] != IPPROTO_TCP) {
      return 0;
    }
    length = two(header + 4);
    if (length < TCP) {
      return 0;
    }
    __builtin_memcpy(key->source, header + 8, 16);
    __builtin_memcpy(key->destination, header + 24, 16);
    key->version = 6;
    segment->at = ETHERNET + IPV6;
  } else {
    return 0;
  }
  return segment->at + length <= skb->len ? length : 0;
}

/* Reads the options behind the TCP header; returns false if they do not read plainly. */
INLINE int read_options(struct __sk_buff *skb, u8 *options, struct segment *segment) {
  u32 bytes = segment->options;
  u32 at = 0;
  u32 timestamps = 0;
  u32 sack = 0;
  u32 sack_end = 0;
  if (bytes == 0) {
    return 1;
  }
  if (bytes > MOST_OPTIONS || load(skb, segment->at + TCP, options, bytes)) {
    return 0;
  }
  for (int i = 0; i < MOST_OPTIONS; i++) {
    at = unknown(skb, 0, at);
    if (at >= bytes || options[inside(at)] == END_OF_OPTIONS) {
      break;
    }
    u32 kind = options[inside(at)];
    u32 length = kind == NO_OPERATION ? 1 : options[inside(at + 1)];
    if (length == 0 || (length == 1 && kind != NO_OPERATION) || at + length > bytes) {
      return 0;
    }
    if (kind == TIMESTAMPS) {
      if (length != 10 || timestamps) {
        return 0;
      }
      timestamps = at + 2;
    }
    if (kind == SACK) {
      if (length < 10 || (length & 7) != 2 || sack) {
        return 0;
      }
      sack = at + 2;
      sack_end = at + length;
    }
    at += length;
    timestamps = unknown(skb, 1, timestamps);
    sack = unknown(skb, 2, sack);
    sack_end = unknown(skb, 3, sack_end);
  }
  if (timestamps) {
    segment->has_timestamps = 1;
    segment->timestamp = four(options + inside(timestamps));
    segment->timestamp_echo = four(options + inside(timestamps + 4));
  }
  segment->sack = sack;
  segment->sack_end = sack_end;
  return 1;
}

/* Reads the headers of a frame up to its TCP options; returns false if they do not read plainly. */
INLINE int read_segment(struct __sk_buff *skb, struct key *key, struct segment *segment) {
  u8 tcp[TCP];
  u32 length = read_network(skb, key, segment);
  if (length == 0 || load(skb, segment->at, tcp, TCP)) {
    return 0;
  }
  __builtin_memcpy(&key->source_port, tcp, 2);
  __builtin_memcpy(&key->destination_port, tcp + 2, 2);
  u32 header = (tcp[12] >> 4) * 4;
  if (header < TCP || header > length) {
    return 0;
  }
  segment->sequence = four(tcp + 4);
  segment->acknowledgement = four(tcp + 8);
  segment->flags = tcp[13];
  segment->window = two(tcp + 14);
  segment->payload = length - header;
  segment->options = header - TCP;
  return 1;
}

/* Whether a segment begins so far from the end of what passed that it may be made up: the engine judges it. */
INLINE int is_far(const struct entry *entry, const struct segment *segment) {
  return (entry->flags & HAS_START) && segment->sequence - entry->end + REACH > 2 * REACH;
}

/* Whether what a segment acknowledges is so far from what was acknowledged that it may be made up. While user space is
 * silent this is not asked: a guard knows nothing of what was acknowledged since it was set. */
INLINE int has_far_acknowledgement(const struct entry *entry, const struct segment *segment) {
  return (entry->flags & HAS_START) && segment->acknowledgement - entry->acknowledgement + REACH > 2 * REACH;
}

/* Why a segment is not for the kernel; PASSED if it is. */
INLINE u32 why_not(const struct entry *entry, const struct segment *segment, const u8 *options) {
  if ((segment->flags & (SYN | FIN | RST | URG | ACK)) != ACK) {
    return FLAGS;
  }
  u32 has_start = entry->flags & HAS_START;
  if (is_far(entry, segment) || has_far_acknowledgement(entry, segment)
      || (has_start && is_before(segment->acknowledgement, entry->acknowledged_from))) {
    return BEFORE;
  }
  if (segment->payload > 0) {
    if (has_start && is_before(segment->sequence, entry->from)) {
      return BEFORE;
    }
    if ((entry->flags & HAS_EDGE) && is_before(entry->edge, segment->sequence + segment->payload)) {
      return BEYOND;
    }
  }
  if (has_start && segment->sack) {
    for (int i = 0; i < 4; i++) {
      u32 at = segment->sack + 8 * i;
      if (at >= segment->sack_end) {
        break;
      }
      if (is_before(four(options + inside(at)), entry->acknowledged_from)) {
        return BEFORE;
      }
    }
  }
  return PASSED;
}

/* Sets a key to the other direction. */
INLINE void turn(const struct key *key, struct key *other) {
  __builtin_memcpy(other->source, key->destination, 16);
  __builtin_memcpy(other->destination, key->source, 16);
  other->source_port = key->destination_port;
  other->destination_port = key->source_port;
  other->vlan = key->vlan;
  other->version = key->version;
}

INLINE void recall(struct entry *entry, const struct key *key, u32 reason) {
  struct key opposite = {};
  turn(key, &opposite);
  struct entry *other = lookup(&flows, &opposite);
  if (other) {
    other->state = RECALLED;
  }
  entry->reason = reason;
  entry->state = RECALLED;
}

/* Whether the newest timestamps may be half of the range of a clock of microseconds old, or are not known. */
INLINE int is_outdated(const struct entry *entry, u64 now) {
  return !entry->nanos || (s64)(now - entry->nanos) >= OUTDATED_NANOS;
}

INLINE void note(struct entry *entry, const struct segment *segment) {
  u64 now = nanos();
  u32 end = segment->sequence + segment->payload;
  int is_believed = !is_far(entry, segment); /* all pass while user space is silent */
  /* An acknowledgement may lie beyond a FIN that was lost on the way here. */
  if (segment->payload > 0 && is_before(entry->end, end)) {
    entry->end = end;
  }
  if (is_believed && !is_before(segment->acknowledgement, entry->acknowledgement)) {
    entry->acknowledgement = segment->acknowledgement;
    entry->window = segment->window;
  }
  if (is_believed && segment->has_timestamps && (!is_before(segment->timestamp, entry->timestamp) || is_outdated(entry, now))) {
    entry->timestamp = segment->timestamp;
    entry->timestamp_echo = segment->timestamp_echo;
  }
  __sync_fetch_and_add(&entry->packets, 1);
  __sync_fetch_and_add(&entry->octets, segment->payload);
  entry->nanos = now;
}

INLINE void put_four(u8 *at, u32 value) {
  at[0] = value >> 24;
  at[1] = value >> 16;
  at[2] = value >> 8;
  at[3] = value;
}

/* Moves the numbers of a segment. Returns false if the frame cannot be changed. */
INLINE int shift(struct __sk_buff *skb, const struct entry *entry, const struct segment *segment, u8 *options) {
  u32 before[2] = {swap32(segment->sequence), swap32(segment->acknowledgement)};
  u32 after[2] = {swap32(segment->sequence + entry->sequence_shift),
                  swap32(segment->acknowledgement + entry->acknowledgement_shift)};
  u64 change = difference(before, sizeof(before), after, sizeof(after), 0);
  if (segment->sack && entry->acknowledgement_shift) {
    u8 moved[OPTIONS_PLACE] = {};
    __builtin_memcpy(moved, options, MOST_OPTIONS);
    for (int i = 0; i < 8; i++) {
      u32 at = segment->sack + 4 * i;
      if (at >= segment->sack_end) {
        break;
      }
      u8 *number = moved + inside(at);
      put_four(number, four(number) + entry->acknowledgement_shift);
    }
    change = difference(options, MOST_OPTIONS, moved, MOST_OPTIONS, change);
    u32 bytes = segment->options;
    if (bytes == 0 || bytes > MOST_OPTIONS || store(skb, segment->at + TCP, moved, bytes, 0)) {
      return 0;
    }
  }
  return !store(skb, segment->at + 4, after, sizeof(after), 0)
      && !adjust_checksum(skb, segment->at + 16, 0, change, 0);
}

/* Whether the process has given no sign of life for too long. */
INLINE int is_silent(void) {
  u32 first = 0;
  struct owner *owner = lookup(&owners, &first);
  /* the clock is coarse: a stamp may be newer */
  return owner && owner->limit_nanos && (s64)(nanos() - owner->stamp) > (s64)owner->limit_nanos;
}

/* Whether only the other end of a link may receive a frame (IEEE 802.1Q table 8-1). */
INLINE int is_link_local(struct __sk_buff *skb) {
  u8 to[6];
  return !load(skb, 0, to, sizeof(to)) && four(to) == 0x0180c200 && to[4] == 0 && to[5] < 16;
}

/* What is not for the kernel goes to user space; to the other interface, if that is silent. */
INLINE int give_up(struct __sk_buff *skb, int silent) {
  u32 interface = skb->ifindex;
  struct leg *leg = silent ? lookup(&legs, &interface) : 0;
  if (!leg) {
    return STAYS;
  }
  if (leg->keeps_local && is_link_local(skb)) {
    return DROPPED;
  }
  count(SILENT);
  return redirect(leg->other, 0);
}

/* Forgets both directions of a connection, which begins anew. */
INLINE void forget(const struct key *key) {
  struct key opposite = {};
  turn(key, &opposite);
  erase(&flows, key);
  erase(&flows, &opposite);
  erase(&guards, key);
  erase(&guards, &opposite);
}

/* Notes the addresses on the link, and what may end a connection without an engine. */
INLINE void note_link(struct __sk_buff *skb, struct entry *entry, const struct segment *segment) {
  if (!load(skb, 0, entry->link, sizeof(entry->link))) {
    entry->seen |= segment->flags & (FIN | RST);
    if (!(segment->flags & RST)) {
      entry->seen &= ~RST; /* an end that goes on has not sent it, or it ended nothing */
    }
  }
}

/* What a segment that is not for the kernel follows while user space is silent; null if it goes on as it is. */
INLINE struct entry *guide(const struct key *key, struct entry *entry) {
  struct entry *guard = lookup(&guards, key);
  return guard ? guard : entry && (entry->sequence_shift | entry->acknowledgement_shift) ? entry : 0;
}

/* What goes on with a direction that has no engine, or whose engine is silent; null if nothing does. */
INLINE struct entry *keeper(const struct key *key, struct entry *entry, int silent) {
  return entry && entry->state == ADOPTED ? entry : silent ? guide(key, entry) : 0;
}

/* Notes a SYN: the newest one, and the first of a second. A stranger makes up SYNs that come after that of the end; the other
 * end answers the first one that it gets (RFC 9293 section 3.10.7.2). */
INLINE void note_syn(struct entry *own, const struct segment *segment) {
  u32 now = nanos() >> TICK_BITS;
  u32 next = segment->sequence + 1;
  if (!(own->flags & HAS_SYN) || now - own->reason >= SECOND_TICKS) {
    own->acknowledged_from = next;
    own->reason = now;
  }
  own->from = next;
  own->edge = next + segment->payload;
  own->flags |= HAS_SYN;
}

/* Whether a segment is an answer to a SYN that was noted of the other direction (RFC 9293 section 3.10.7.3). */
INLINE int is_answer(const struct segment *segment, const struct entry *other) {
  u32 acknowledged = segment->acknowledgement;
  return (segment->flags & (SYN | RST)) && (segment->flags & ACK) && (other->flags & HAS_SYN)
      && (acknowledged - other->from <= other->edge - other->from || acknowledged == other->acknowledged_from);
}

/* Whether a RST refuses a connection that an end of an adopted one wants to open anew. */
INLINE int is_refusal(const struct key *key, const struct segment *segment) {
  if (!(segment->flags & RST)) {
    return 0;
  }
  struct key opposite = {};
  turn(key, &opposite);
  struct entry *other = lookup(&flows, &opposite);
  return other && is_answer(segment, other);
}

/* Whether a segment is of another connection than the one that "own" goes on with: it opens one, or answers that. The one
 * before is forgotten as soon as its other end has answered: a SYN alone may be made up by a stranger, and an end that still
 * has the connection does not answer it so (RFC 5961 section 4). Half of a connection is forgotten at once, and so is one of
 * which nothing may pass. */
INLINE int is_of_next(const struct key *key, struct entry *own, const struct segment *segment, int silent) {
  struct key opposite = {};
  turn(key, &opposite);
  struct entry *other = keeper(&opposite, lookup(&flows, &opposite), silent);
  int is_whole = own && other && own->state != HELD && other->state != HELD;
  int is_syn = segment->flags & SYN;
  if (is_whole ? is_answer(segment, other) : is_syn) {
    forget(key);
    return 1;
  }
  if (is_whole && (segment->flags & (SYN | FIN | RST | ACK)) == SYN) {
    note_syn(own, segment);
  }
  return is_syn;
}

/* Why a frame is not for the kernel; PASSED if it is, or if no engine has its connection any more. Its options read plainly,
 * or not. */
INLINE u32 judge(struct __sk_buff *skb, const struct key *key, const struct entry *entry, const struct segment *segment,
                 const u8 *options, int is_plain) {
  if (!entry) {
    return segment->odd ? HEADERS : UNKNOWN;
  }
  int is_adopted = entry->state == ADOPTED;
  if (segment->odd && !is_adopted) {
    return HEADERS;
  }
  if (entry->interface == skb->ifindex) {
    return WRONG_SIDE;
  }
  if (is_adopted && ((segment->flags & SYN) || is_refusal(key, segment))) {
    return UNKNOWN;
  }
  u32 reason = !is_plain ? HEADERS : is_adopted ? PASSED : why_not(entry, segment, options);
  return is_adopted || entry->state == FAST ? reason : RECALLED_EARLIER;
}

/* The way of a frame that may go early; null if it may not. What is for a group, or for this machine, is for user space. */
INLINE struct way *find_way(struct __sk_buff *skb) {
  u32 interface = skb->ifindex;
  return skb->pkt_type == FOR_OTHERS ? lookup(&ways, &interface) : 0;
}

/* Whether no segment is behind an IP header with this protocol, nor a quote of one. */
INLINE int is_other(u32 version, u32 protocol) {
  enum { ICMP = 1, UDP = 17, GRE = 47, ESP = 50, SCTP = 132 };
  if (version == 4) {
    return protocol != IPPROTO_TCP && protocol != ICMP;
  }
  /* any other number may be that of an extension header */
  return protocol == UDP || protocol == GRE || protocol == ESP || protocol == SCTP;
}

/* Where a frame goes early that is no plain segment; 0 if it does not. */
INLINE u32 early_other(struct __sk_buff *skb) {
  u8 header[IPV4];
  u8 type[2];
  struct way *way = find_way(skb);
  if (!way || (skb->vlan_present && skb->vlan_proto != swap16(TYPE_VLAN)) || load(skb, ETHERNET - 2, type, sizeof(type))
      || load(skb, ETHERNET, header, sizeof(header))) {
    return 0;
  }
  u32 version = header[0] >> 4;
  if (version != (two(type) == TYPE_IPV4 ? 4 : two(type) == TYPE_IPV6 ? 6 : 16)) {
    return 0;
  }
  return is_other(version, version == 4 ? header[9] : header[6]) ? way->other : 0;
}

INLINE int is_named_port(u16 port) {
  u32 number = swap16(port);
  u32 index = number >> 6;
  u64 *ports = lookup(&named_ports, &index);
  return !ports || (*ports >> (number & 63) & 1);
}

INLINE int is_named_address(const u8 *address, u32 version) {
  struct block block = {128, {}};
  if (version == 4) {
    block.address[10] = 0xff;
    block.address[11] = 0xff;
    __builtin_memcpy(block.address + 12, address, 4);
  } else {
    __builtin_memcpy(block.address, address, 16);
  }
  return lookup(&named_blocks, &block) != 0;
}

/* Where a segment goes early whose connection has no entry; 0 if it does not. */
INLINE u32 early_segment(struct __sk_buff *skb, const struct key *key) {
  struct way *way = find_way(skb);
  if (!way || !way->has_tcp || is_named_port(key->source_port) || is_named_port(key->destination_port)
      || is_named_address(key->source, key->version) || is_named_address(key->destination, key->version)
      || lookup(&guards, key)) {
    return 0;
  }
  return way->other;
}

/* Notes what the socket's program says of a frame. */
INLINE int say(struct __sk_buff *skb, int copied) {
  u32 first = 0;
  struct saying *saying = lookup(&sayings, &first);
  if (saying) {
    saying->interface = skb->ifindex;
    saying->verdict = copied == NOTHING ? REFUSED : COPIED;
  }
  return copied;
}

/* What the socket's program said of a frame; nothing, if it was not asked. */
INLINE u32 take_saying(struct __sk_buff *skb) {
  u32 first = 0;
  struct saying *saying = lookup(&sayings, &first);
  if (!saying || saying->interface != skb->ifindex) {
    return NOTHING_SAID;
  }
  u32 verdict = saying->verdict;
  saying->verdict = NOTHING_SAID;
  return verdict;
}

/* Returns what becomes of a frame, which is forwarded by its entry, or early, if *passed. */
INLINE int process(struct __sk_buff *skb, u32 *passed) {
  struct key key;
  struct segment segment;
  u8 options[OPTIONS_PLACE] = {};
  clear(skb, &key, sizeof(key));
  clear(skb, &segment, sizeof(segment));
  if (!read_segment(skb, &key, &segment)) {
    u32 other = early_other(skb);
    if (other) {
      count(EARLY);
      *passed = 1;
      return redirect(other, 0);
    }
    count(HEADERS);
    return give_up(skb, is_silent());
  }
  struct entry *entry = lookup(&flows, &key);
  if (!entry && !segment.odd) {
    u32 other = early_segment(skb, &key);
    if (other) {
      count(EARLY);
      *passed = 1;
      return redirect(other, 0);
    }
  }
  int is_plain = read_options(skb, options, &segment);
  u32 reason = judge(skb, &key, entry, &segment, options, is_plain);
  count(reason);
  *passed = reason == PASSED;
  if (reason != PASSED) {
    int silent = is_silent();
    if (reason == WRONG_SIDE) {
      return give_up(skb, silent);
    }
    if (entry && entry->state == FAST && !segment.odd) {
      recall(entry, &key, reason);
    }
    struct entry *own = keeper(&key, entry, silent);
    int is_here = own && own->interface == skb->ifindex;
    if (!is_here && (own || silent) && (segment.flags & (SYN | RST)) && is_of_next(&key, own, &segment, silent)) {
      return give_up(skb, silent);
    }
    if (entry && entry->state == ADOPTED) {
      return DROPPED; /* its options cannot be moved */
    }
    if (!own || is_here) {
      return give_up(skb, silent);
    }
    if (own->state == HELD || !is_plain) {
      return DROPPED;
    }
    entry = own;
    count(SILENT);
  }
  int is_shifted = entry->sequence_shift | entry->acknowledgement_shift;
  if (is_shifted && !shift(skb, entry, &segment, options)) {
    return DROPPED;
  }
  note(entry, &segment);
  note_link(skb, entry, &segment);
  add(PASSED_OCTETS, segment.payload);
  return redirect(entry->interface, 0);
}

SECTION("tc") int fast_path(struct __sk_buff *skb) {
  u32 passed = 0;
  int action = process(skb, &passed);
  u32 said = take_saying(skb);
  if (said == COPIED && passed && action == REDIRECTED) {
    count(DOUBLED); /* if it passes in silence, user space drops its copy */
  }
  if (said == REFUSED && action == STAYS && !is_silent()) {
    count(RETURNED);
    return redirect(skb->ifindex, BPF_F_INGRESS); /* it comes in anew, and the sockets are asked again */
  }
  return action;
}

/* The filter of clsact in front of fast_path. It stays attached after the death of its process; but the kernel empties
 * "living", which has fast_path, when no process has it open any more. Then each frame goes its way as without a filter. */
SECTION("filter") int while_living(struct __sk_buff *skb) {
  go_on_with(skb, &living, 0);
  return NEXT;
}

/* How much of a frame a socket gets. */
INLINE int copied(struct __sk_buff *skb) {
  struct key key;
  struct segment segment;
  u8 options[OPTIONS_PLACE] = {};
  clear(skb, &key, sizeof(key));
  clear(skb, &segment, sizeof(segment));
  if (is_silent()) {
    return NOTHING;
  }
  if (!read_segment(skb, &key, &segment)) {
    return early_other(skb) ? NOTHING : ALL;
  }
  struct entry *entry = lookup(&flows, &key);
  if (!entry && !segment.odd) {
    return early_segment(skb, &key) ? NOTHING : ALL;
  }
  if (!entry) {
    return ALL;
  }
  int is_plain = read_options(skb, options, &segment);
  return judge(skb, &key, entry, &segment, options, is_plain) == PASSED ? NOTHING : ALL;
}

/* For the packet sockets of user space, which see each frame before fast_path does: a frame that
 * fast_path forwards is not copied to them, nor any while user space is silent. Changes
 * no table. */
SECTION("socket") int not_fast(struct __sk_buff *skb) { return say(skb, copied(skb)); }
