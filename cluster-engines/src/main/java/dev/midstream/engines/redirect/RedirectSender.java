package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Makes the datagrams in which one worker of a node passes packets on to one other node (AES-GCM
 * with keys of 128 bits). A frame that is longer than a datagram travels in up to 64 parts, each a
 * datagram, so that super-segments fit whatever the MTU of the cluster's network is. If a part is
 * lost, the frame is.
 *
 * <p>No key and nonce are used twice. A key belongs to one epoch, one life of the sending node and
 * one life of the receiving one, whose 128 random bits are never drawn again. The nonce has the
 * number of the worker and a counter of 63 bits, which grows with each datagram. A life of a node
 * must have one {@link DatagramCounter} for each worker, no more.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class RedirectSender {
  /*
   * Parts of our own, not fragments of IP: a frame of 64 KiB and its header exceed the 65,507
   * octets of a UDP datagram, so that parts are needed in any case; and 16 bits of identification
   * repeat within a second at 1 Gbit/s (RFC 4963).
   */
  /** The length of the least datagrams: the longest frame needs 64 of them. */
  public static final int MIN_DATAGRAM_BYTES =
      RedirectHeader.BYTES
          + RedirectHeader.TAG_BYTES
          + (RedirectHeader.MAX_FRAME_BYTES + RedirectHeader.MAX_PARTS - 1)
              / RedirectHeader.MAX_PARTS;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  private final ClusterKeys clusterKeys;
  private final NodeId self;
  private final NodeId receiver;
  private final int worker;
  private final int partBytes;
  private final DatagramSink sink;
  private final EpochKeys keys = new EpochKeys();
  private final Cipher cipher = newCipher();
  private final byte[] frame = new byte[RedirectHeader.MAX_FRAME_BYTES];
  private final byte[] datagram;
  private final byte[] nonce = new byte[RedirectHeader.NONCE_BYTES];
  private final DatagramCounter counter;

  /** Where datagrams go. */
  @FunctionalInterface
  public interface DatagramSink {
    /**
     * Sends the first {@code length} octets of {@code datagram}, which are valid during the call.
     */
    void send(byte[] datagram, int length);
  }

  /**
   * Datagrams of worker {@code worker} of {@code self} to {@code receiver}.
   *
   * @param worker 0 to 255
   * @param counter the counter of the worker, for all receivers
   * @param datagramBytes the longest datagram, {@link #MIN_DATAGRAM_BYTES} or more: the MTU of the
   *     link without the headers of IP and UDP, 28 or 48 octets
   */
  public RedirectSender(
      ClusterKeys clusterKeys,
      NodeId self,
      NodeId receiver,
      int worker,
      DatagramCounter counter,
      int datagramBytes,
      DatagramSink sink) {
    if (worker < 0 || worker > RedirectHeader.MAX_WORKER || datagramBytes < MIN_DATAGRAM_BYTES) {
      throw new IllegalArgumentException(
          "out of range: worker=" + worker + " datagramBytes=" + datagramBytes);
    }
    this.clusterKeys = clusterKeys;
    this.self = self;
    this.receiver = receiver;
    this.worker = worker;
    this.counter = counter;
    this.sink = sink;
    partBytes =
        Math.min(datagramBytes, RedirectHeader.BYTES + frame.length + RedirectHeader.TAG_BYTES)
            - RedirectHeader.BYTES
            - RedirectHeader.TAG_BYTES;
    datagram = new byte[RedirectHeader.BYTES + partBytes + RedirectHeader.TAG_BYTES];
  }

  /**
   * Sends a packet; false if it is longer than any that a port receives, or its link type is not
   * one of a port, or its octets are not all in one place. Then nothing is sent.
   */
  public boolean send(RedirectedPacket what) {
    check(what);
    Packet packet = what.packet();
    if (packet.length() > RedirectHeader.MAX_FRAME_BYTES
        || packet.missingBytes() > 0
        || (packet.linkType() != LinkType.ETHERNET && packet.linkType() != LinkType.RAW_IP)) {
      return false;
    }
    int length = packet.length();
    MemorySegment.copy(packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), frame, 0, length);
    int parts = Math.max(1, Math.ceilDiv(length, partBytes));
    long sender = self.incarnation().getMostSignificantBits();
    RedirectHeader.write(datagram, what, worker, sender, parts);
    SecretKey key = key(what.bucket(), what.epoch());
    for (int part = 0; part < parts; part++) {
      int from = RedirectHeader.partOffset(length, parts, part);
      seal(key, part, from, RedirectHeader.partLength(length, parts, part));
    }
    return true;
  }

  private void seal(SecretKey key, int part, int from, int length) {
    RedirectHeader.write(datagram, counter.next(), part);
    RedirectHeader.writeNonce(datagram, nonce);
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(RedirectHeader.TAG_BYTES * 8, nonce));
      cipher.updateAAD(datagram, 0, RedirectHeader.BYTES);
      int sealed = cipher.doFinal(frame, from, length, datagram, RedirectHeader.BYTES);
      sink.send(datagram, RedirectHeader.BYTES + sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SecretKey key(int bucket, long epoch) {
    SecretKey kept = keys.find(bucket, epoch);
    if (kept != null) {
      return kept;
    }
    SecretKey key = clusterKeys.redirectKey(epoch, self, receiver);
    keys.keep(bucket, epoch, key);
    return key;
  }

  private static void check(RedirectedPacket what) {
    if (what.bucket() < 0
        || what.bucket() > RedirectHeader.MAX_BUCKET
        || what.epoch() < 1
        || what.hops() < 1
        || what.hops() > RedirectHeader.MAX_HOPS) {
      throw new IllegalArgumentException(
          "out of range: bucket=%d epoch=%d hops=%d"
              .formatted(what.bucket(), what.epoch(), what.hops()));
    }
  }

  static Cipher newCipher() {
    try {
      return Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
