/*
 * What the kernel's program shares with its maps: the helpers of the kernel, and the layouts of keys
 * and values, which FlowKey, FlowEntry and FastPathProgram repeat.
 */
#include <linux/bpf.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

static void *(*const lookup)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*const load)(const void *skb, u32 at, void *to, u32 bytes) = (void *)BPF_FUNC_skb_load_bytes;
static long (*const store)(void *skb, u32 at, const void *from, u32 bytes, u64 flags) = (void *)BPF_FUNC_skb_store_bytes;
static long (*const adjust_checksum)(void *skb, u32 at, u64 from, u64 to, u64 flags) = (void *)BPF_FUNC_l4_csum_replace;
static long (*const difference)(void *from, u32 from_bytes, void *to, u32 to_bytes, u32 seed) = (void *)BPF_FUNC_csum_diff;
static long (*const erase)(void *map, const void *key) = (void *)BPF_FUNC_map_delete_elem;
static long (*const redirect)(u32 interface, u64 flags) = (void *)BPF_FUNC_redirect;
static long (*const go_on_with)(void *skb, void *programs, u32 index) = (void *)BPF_FUNC_tail_call;
static u64 (*const nanos)(void) = (void *)BPF_FUNC_ktime_get_coarse_ns;

/* What the loader makes a map of. */
struct map {
  u32 type;
  u32 key_bytes;
  u32 value_bytes;
  u32 entries;
};

/* One direction of a connection. IPv4 addresses are followed by zeros. */
struct key {
  u8 source[16];
  u8 destination[16];
  u16 source_port;
  u16 destination_port;
  u16 vlan; /* the id of the tag, and TAGGED */
  u16 version;
};

struct entry {
  /* written by user space when the entry is made, but for the state */
  u32 state;
  u32 interface; /* that the direction leaves by */
  u32 flags;
  u32 from; /* payload that begins before it is not for the kernel; with HAS_SYN, the number after a SYN */
  u32 edge; /* payload that ends beyond it is not for the kernel; with HAS_SYN, the number after its payload */
  u32 sequence_shift;
  u32 acknowledgement_shift;
  u32 acknowledged_from; /* acknowledgements and SACK blocks before it are not for the kernel; with HAS_SYN, the number after
                            the first SYN of a second */
  /* written by the kernel */
  u32 reason; /* with HAS_SYN, the tick of the first SYN of a second */
  u32 end; /* of the octets that passed */
  u32 acknowledgement;
  u32 window;
  u32 timestamp;
  u32 timestamp_echo;
  u64 packets;
  u64 octets;
  u64 nanos; /* CLOCK_MONOTONIC, of the newest segment */
  u8 link[12]; /* the addresses of the frame of the newest segment */
  u32 seen;    /* FIN and RST that passed while the connection has no engine */
};

/* An interface that the program is attached to, by its index. A later build reads the first number and the last two of what an
 * earlier one has pinned: others belong between them. */
struct leg {
  u32 other; /* the interface on the other side */
  u32 keeps_local; /* whether frames for the other end of a link only stay here while user space is silent */
  u32 promiscuous; /* for user space: whether it has made the interface so */
};

/* The process that the program works for. */
struct owner {
  u64 stamp;       /* CLOCK_MONOTONIC, of the newest sign of life */
  u64 limit_nanos; /* after so long the kernel forwards all; 0 for never */
};

/* Where frames of an interface go early, without an entry: what no rule can match. */
struct way {
  u32 other;   /* the interface that they leave by */
  u32 has_tcp; /* whether TCP between ports and addresses that no rule names is among them */
};

/* A block of addresses that a rule names; IPv4 addresses are mapped to IPv6. */
struct block {
  u32 bits;
  u8 address[16];
};

/* What the socket's program said of the newest frame that it saw on a processor. The kernel asks it and fast_path about a
 * frame one after the other, and nothing comes between them on their processor. */
struct saying {
  u32 interface; /* that the frame came by */
  u32 verdict;
};

enum { TAGGED = 0x1000, VLAN_ID = 0x0fff };
/* The states of an entry. In the table "flows": the kernel forwards the direction; or user space does, from now on; or the
 * kernel forwards all of it, because its engine is dead. In the table "guards", for the time in which user space is silent:
 * the direction differs by a constant; or nothing of it may pass. */
enum { FAST = 1, RECALLED = 2, ADOPTED = 3, SHIFTED = 4, HELD = 5 };
/* HAS_SYN is written by the kernel while the connection has no engine: an end wants to open it anew, or so it seems. */
enum { HAS_EDGE = 1, HAS_START = 2, HAS_SYN = 4 };
enum { PASSED, FLAGS, BEFORE, BEYOND, HEADERS, RECALLED_EARLIER, UNKNOWN, WRONG_SIDE, REASONS };

/* What is counted: frames by reason, then the payload octets of those that passed, then the frames that passed because
 * user space was silent, then those that passed and were copied to a socket, and those for user space that were not and so
 * came in once more, then those that passed early. */
enum { PASSED_OCTETS = REASONS, SILENT, DOUBLED, RETURNED, EARLY, COUNTS };
/* What the socket's program said of a frame. */
enum { NOTHING_SAID = 0, REFUSED = 1, COPIED = 2 };
