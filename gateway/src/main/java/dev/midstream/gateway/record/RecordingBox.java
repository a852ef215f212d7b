package dev.midstream.gateway.record;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.capture.AnnotatedCapture;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A box whose chosen packets are recorded: each as it arrived, with its verdict, then the packets
 * that left because of it. Belongs to the box's thread.
 */
final class RecordingBox implements Box {
  private final Box box;
  private final Counters counters;
  private final RecordChoice choice;
  private final Recording recording;
  private final LongUnaryOperator timeOfDay;
  private SortedMap<String, Long> countedBefore = Collections.emptySortedMap();
  private final PacketOutput recorded = this::emit;
  private List<RecordedPacket> departures = new ArrayList<>();
  private @Nullable PacketOutput output;
  private long handoffsBefore;
  private long nowNanos;
  private String cause = "";

  RecordingBox(
      Box box,
      Counters counters,
      RecordChoice choice,
      Recording recording,
      LongUnaryOperator timeOfDay) {
    this.box = box;
    this.counters = counters;
    this.choice = choice;
    this.recording = recording;
    this.timeOfDay = timeOfDay;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (!recording.isOpen()) {
      return box.onPacket(packet, nowNanos, out);
    }
    return switch (choice.of(packet, nowNanos)) {
      case CHOSEN -> onChosenPacket(packet, nowNanos, out);
      case NOT_CHOSEN -> box.onPacket(packet, nowNanos, out);
      case FRAGMENT -> onOtherPacket(packet, nowNanos, out, "made of IP fragments");
      case NO_SEGMENT -> onOtherPacket(packet, nowNanos, out, "made because of an ICMP error");
    };
  }

  @Override
  public boolean isPrefetching() {
    return box.isPrefetching();
  }

  @Override
  public void prefetch(Packet packet) {
    box.prefetch(packet);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (!recording.isOpen()) {
      box.onTimer(nowNanos, out);
      return;
    }
    begin(nowNanos, out, "made by a timer");
    box.onTimer(nowNanos, recorded);
    end(departures);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  private Disposition onChosenPacket(Packet packet, long nowNanos, PacketOutput out) {
    begin(nowNanos, out, "made");
    saveCounters();
    byte[] before = RecordedPacket.copy(packet);
    String offload = RecordedPacket.offload(packet);
    Disposition disposition = box.onPacket(packet, nowNanos, recorded);
    if (isHandedOff()) {
      end(departures);
      return disposition;
    }
    RecordedPacket left = disposition == Disposition.FORWARD ? forwarded(packet, before) : null;
    String verdict =
        left == null
            ? departures.isEmpty() ? "nothing leaves" : "taken, leaves as " + departures.size()
            : "forwarded";
    String comment = "before: " + verdict + offload + reasons();
    List<RecordedPacket> all = new ArrayList<>();
    all.add(new RecordedPacket(packet.leg(), false, timeNanos(), before, comment));
    all.addAll(departures);
    if (left != null) {
      all.add(left);
    }
    end(all);
    return disposition;
  }

  /** Whether another worker got the packet; that worker records it. */
  private boolean isHandedOff() {
    return counters.of(Reason.REDIRECTED) > handoffsBefore;
  }

  /** The packet itself is not recorded, but packets that it causes may be. */
  private Disposition onOtherPacket(Packet packet, long nowNanos, PacketOutput out, String cause) {
    begin(nowNanos, out, cause);
    Disposition disposition = box.onPacket(packet, nowNanos, recorded);
    end(departures);
    return disposition;
  }

  private void begin(long nowNanos, PacketOutput out, String cause) {
    this.nowNanos = nowNanos;
    this.cause = cause;
    output = out;
    departures.clear(); // of a call that was left
  }

  private void end(List<RecordedPacket> packets) {
    output = null;
    if (packets.isEmpty()) {
      return;
    }
    departures = new ArrayList<>();
    packets.removeIf(packet -> packet.length() > AnnotatedCapture.MAX_PACKET_BYTES);
    if (!packets.isEmpty()) {
      recording.offer(packets);
    }
  }

  private long timeNanos() {
    return timeOfDay.applyAsLong(nowNanos);
  }

  private void saveCounters() {
    handoffsBefore = counters.of(Reason.REDIRECTED);
    countedBefore = counters.byCode();
  }

  private RecordedPacket forwarded(Packet packet, byte[] before) {
    byte[] after = RecordedPacket.copy(packet);
    String what = Arrays.equals(before, after) ? "after: as it came" : "after: header changed";
    return new RecordedPacket(
        packet.leg().opposite(), true, timeNanos(), after, what + RecordedPacket.offload(packet));
  }

  private void emit(Packet packet) {
    if (choice.of(packet, nowNanos) == RecordChoice.Kind.CHOSEN) {
      departures.add(
          new RecordedPacket(
              packet.leg(),
              true,
              timeNanos(),
              RecordedPacket.copy(packet),
              "after: " + cause + RecordedPacket.offload(packet)));
    }
    if (output != null) {
      output.emit(packet);
    }
  }

  /** The reasons counted since {@link #saveCounters}. */
  private String reasons() {
    StringBuilder text = new StringBuilder();
    counters
        .byCode()
        .forEach((code, count) -> {
          if (count > countedBefore.getOrDefault(code, 0L)) {
            text.append(text.isEmpty() ? "; " : ", ").append(code);
          }
        });
    return text.toString();
  }
}
