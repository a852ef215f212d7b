package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Inserts IPv4 options or IPv6 extension headers into every packet before a box, and removes them
 * from every packet that leaves it. They must leave unchanged.
 */
public final class WrappingBox implements Box {
  private static final int LINK_BYTES = 14;

  private final Box box;
  private final int firstHeader;
  private final byte[] inserted;

  /**
   * A box around {@code box}; frames have no VLAN tags.
   *
   * @param firstHeader number of the first extension header; ignored for IPv4
   * @param inserted the octets, a multiple of 4 or 8; the last extension header must name TCP
   */
  public WrappingBox(Box box, int firstHeader, byte[] inserted) {
    this.box = box;
    this.firstHeader = firstHeader;
    this.inserted = inserted;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    byte[] wrapped = wrap(Frames.octets(packet));
    Packet inside = Frames.inPlaceOf(packet, wrapped);
    PacketOutput unwrapping = made -> emitUnwrapped(made, out);
    if (box.onPacket(inside, nowNanos, unwrapping) == Disposition.FORWARD) {
      inside.from(
          packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
      emitUnwrapped(inside, out);
    }
    return Disposition.TAKEN;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, made -> emitUnwrapped(made, out));
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  private void emitUnwrapped(Packet made, PacketOutput out) {
    byte[] frame = unwrap(Frames.octets(made));
    out.emit(Frames.inPlaceOf(made, frame));
  }

  private byte[] wrap(byte[] frame) {
    int at = insertionPlace(frame);
    byte[] wrapped = new byte[frame.length + inserted.length];
    System.arraycopy(frame, 0, wrapped, 0, at);
    System.arraycopy(inserted, 0, wrapped, at, inserted.length);
    System.arraycopy(frame, at, wrapped, at + inserted.length, frame.length - at);
    fixHeader(wrapped, inserted.length, firstHeader);
    return wrapped;
  }

  private byte[] unwrap(byte[] wrapped) {
    int at = insertionPlace(wrapped);
    byte[] kept = Arrays.copyOfRange(wrapped, at, at + inserted.length);
    if (!Arrays.equals(kept, inserted)) {
      throw new AssertionError("headers changed: " + Arrays.toString(kept));
    }
    byte[] frame = new byte[wrapped.length - inserted.length];
    System.arraycopy(wrapped, 0, frame, 0, at);
    System.arraycopy(wrapped, at + inserted.length, frame, at, frame.length - at);
    fixHeader(frame, -inserted.length, 6);
    return frame;
  }

  private static void fixHeader(byte[] frame, int more, int nextHeader) {
    ByteBuffer ip = ByteBuffer.wrap(frame);
    if (insertionPlace(frame) == LINK_BYTES + 40) {
      ip.putShort(LINK_BYTES + 4, (short) (ip.getShort(LINK_BYTES + 4) + more));
      ip.put(LINK_BYTES + 6, (byte) nextHeader);
      return;
    }
    ip.put(LINK_BYTES, (byte) (ip.get(LINK_BYTES) + more / 4));
    ip.putShort(LINK_BYTES + 2, (short) (ip.getShort(LINK_BYTES + 2) + more));
    ip.putShort(LINK_BYTES + 10, (short) 0);
    int length = (ip.get(LINK_BYTES) & 0xf) * 4;
    long sum = InternetChecksum.sum(MemorySegment.ofArray(frame), LINK_BYTES, length);
    ip.putShort(LINK_BYTES + 10, (short) InternetChecksum.checksum(sum));
  }

  private static int insertionPlace(byte[] frame) {
    return LINK_BYTES + ((frame[LINK_BYTES] & 0xf0) == 0x40 ? 20 : 40);
  }
}
