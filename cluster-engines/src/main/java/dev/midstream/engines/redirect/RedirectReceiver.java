package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the datagrams in which other nodes pass packets on to this one. A datagram that was
 * altered, repeated, or made by anyone but a peer changes nothing but a counter.
 *
 * <p>{@link RedirectRule} says what a node does with the packets.
 *
 * <p>Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the numbers do not leave the object
public final class RedirectReceiver {
  private final ClusterKeys clusterKeys;
  private final NodeId self;
  private final Cipher cipher = RedirectSender.newCipher();
  private final byte[] nonce = new byte[RedirectHeader.NONCE_BYTES];
  private final byte[] plain = new byte[RedirectHeader.MAX_FRAME_BYTES];
  private final MemorySegment plainMemory = MemorySegment.ofArray(plain);
  private final RedirectedPacket packet = new RedirectedPacket();
  private final long[] counts = new long[Reception.values().length];
  private List<Peer> peers = List.of();
  private @Nullable NodeId from;
  private long abandoned;

  /** What is known of a node that sends. */
  private static final class Peer {
    private final NodeId id;
    private final EpochKeys keys = new EpochKeys();
    private final @Nullable ReplayWindow[] windows =
        new ReplayWindow[RedirectHeader.MAX_WORKER + 1];
    private final @Nullable FrameParts[] parts = new FrameParts[RedirectHeader.MAX_WORKER + 1];

    Peer(NodeId id) {
      this.id = id;
    }
  }

  /** A receiver of datagrams to {@code self}, without peers. */
  public RedirectReceiver(ClusterKeys clusterKeys, NodeId self) {
    this.clusterKeys = clusterKeys;
    this.self = self;
  }

  /** Sets whose datagrams are read. What is known of a node that is no peer any more is lost. */
  public void setPeers(Collection<NodeId> ids) {
    List<Peer> before = peers;
    peers = ids.stream().distinct().map(id -> keptOrNew(before, id)).toList();
  }

  private static Peer keptOrNew(List<Peer> before, NodeId id) {
    return before.stream()
        .filter(peer -> peer.id.equals(id))
        .findFirst()
        .orElseGet(() -> new Peer(id));
  }

  /**
   * The bucket that a datagram names, to find the worker that has it. The datagram is read there,
   * which may refuse it; so one of other octets has any number.
   */
  public static int bucketOf(byte[] datagram) {
    return datagram.length < RedirectHeader.BYTES ? 0 : RedirectHeader.bucket(datagram);
  }

  /**
   * Reads a datagram.
   *
   * @param datagram the octets; those from {@code length} on are not read
   */
  public Reception receive(byte[] datagram, int length) {
    Reception reception = read(datagram, length);
    counts[reception.ordinal()]++;
    return reception;
  }

  /** The packet of the last {@link Reception#PACKET}, until the next datagram is read. */
  public RedirectedPacket packet() {
    return packet;
  }

  /** The node that sent the last {@link Reception#PACKET}. */
  public @Nullable NodeId from() {
    return from;
  }

  /** The peer whose incarnation has this upper half; null if there is none. */
  @Nullable NodeId peer(long incarnation) {
    Peer peer = find(incarnation);
    return peer == null ? null : peer.id;
  }

  /** How many datagrams had this outcome. */
  public long count(Reception reception) {
    return counts[reception.ordinal()];
  }

  /** How many packets were given up because a part did not come. */
  public long abandoned() {
    return abandoned;
  }

  private Reception read(byte[] datagram, int length) {
    if (length < RedirectHeader.BYTES + RedirectHeader.TAG_BYTES) {
      return Reception.SHORT;
    }
    if (datagram[0] != RedirectHeader.VERSION) {
      return Reception.OTHER_VERSION;
    }
    if (!RedirectHeader.isValid(datagram, length)) {
      return Reception.MALFORMED;
    }
    if (!RedirectHeader.hasPossibleHops(datagram)) {
      return Reception.HOPS;
    }
    Peer peer = find(RedirectHeader.sender(datagram));
    return peer == null ? Reception.UNKNOWN_SENDER : read(peer, datagram, length);
  }

  private @Nullable Peer find(long sender) {
    for (int i = 0; i < peers.size(); i++) {
      Peer peer = peers.get(i);
      if (peer.id.incarnation().getMostSignificantBits() == sender) {
        return peer;
      }
    }
    return null;
  }

  private Reception read(Peer peer, byte[] datagram, int length) {
    int worker = RedirectHeader.worker(datagram);
    long counter = RedirectHeader.counter(datagram);
    ReplayWindow window = peer.windows[worker];
    if (window != null && !window.isNew(counter)) {
      return Reception.REPLAYED;
    }
    if (!decrypt(peer, datagram, length)) {
      return Reception.FORGED;
    }
    if (window == null) {
      window = new ReplayWindow();
      peer.windows[worker] = window;
    }
    window.mark(counter);
    return RedirectHeader.parts(datagram) == 1
        ? complete(peer, datagram, plainMemory)
        : collect(peer, worker, datagram);
  }

  /** Decrypts into {@link #plain}, and keeps the key if the datagram is authentic. */
  private boolean decrypt(Peer peer, byte[] datagram, int length) {
    int bucket = RedirectHeader.bucket(datagram);
    long epoch = RedirectHeader.epoch(datagram);
    SecretKey kept = peer.keys.find(bucket, epoch);
    SecretKey key = kept == null ? clusterKeys.redirectKey(epoch, peer.id, self) : kept;
    RedirectHeader.writeNonce(datagram, nonce);
    try {
      cipher.init(
          Cipher.DECRYPT_MODE, key, new GCMParameterSpec(RedirectHeader.TAG_BYTES * 8, nonce));
      cipher.updateAAD(datagram, 0, RedirectHeader.BYTES);
      int ignored =
          cipher.doFinal(datagram, RedirectHeader.BYTES, length - RedirectHeader.BYTES, plain, 0);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    if (kept == null) {
      peer.keys.keep(bucket, epoch, key);
    }
    return true;
  }

  private Reception collect(Peer peer, int worker, byte[] datagram) {
    FrameParts parts = peer.parts[worker];
    if (parts == null) {
      parts = new FrameParts();
      peer.parts[worker] = parts;
    }
    int part = RedirectHeader.part(datagram);
    int count = RedirectHeader.parts(datagram);
    int frame = RedirectHeader.frameLength(datagram);
    long first = RedirectHeader.counter(datagram) - part;
    if (parts.isOlder(first)) {
      return Reception.LATE_PART;
    }
    abandoned += parts.isPending() && !parts.isOf(first) ? 1 : 0;
    int offset = RedirectHeader.partOffset(frame, count, part);
    int length = RedirectHeader.partLength(frame, count, part);
    return parts.add(first, part, count, plain, offset, length)
        ? complete(peer, datagram, parts.memory())
        : Reception.PART;
  }

  private Reception complete(Peer peer, byte[] datagram, MemorySegment memory) {
    packet.packet().at(memory, 0, RedirectHeader.frameLength(datagram));
    RedirectHeader.read(datagram, packet);
    from = peer.id;
    return Reception.PACKET;
  }
}
