package dev.midstream.reassembly.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Payload of edited segments that leaves from the memory in which it was received. */
class GatheredPayloadTest {
  private static final int HEADER_BYTES = 14 + 20 + 20;
  private static final int MSS_BYTES = 1_460;
  private static final int BEFORE = 30_000;
  private static final int AFTER = 29_995;
  private static final String INSERTED = "Hallihallo";

  private final Engine engine = TestEngine.inline("Hello", INSERTED).run(Opening.PLAIN);
  private final CountingOwner owner = new CountingOwner();
  private final List<Part> parts = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  /** A part of a payload: where it lies, and whose memory that is. */
  private record Part(MemoryOwner owner, long address, int length, String text) {}

  /** The owner of the memory of received packets. */
  private static final class CountingOwner implements MemoryOwner {
    private int users;

    @Override
    public void retain() {
      users++;
    }

    @Override
    public void release() {
      users--;
    }
  }

  @Test
  @DisplayName("octets around a growing edit leave from the memory of the packet that brought them")
  void refersToThePacket() {
    Packet packet = superSegment();
    long address = packet.memory().address() + packet.offset() + HEADER_BYTES;

    assertThat(engine.onPacket(packet, 0, output(true))).isEqualTo(Disposition.TAKEN);

    assertThat(lengths).as("the headers of one packet").containsExactly(HEADER_BYTES);
    assertThat(parts)
        .hasSize(3)
        .startsWith(new Part(owner, address, BEFORE, "a".repeat(BEFORE)))
        .endsWith(new Part(owner, address + BEFORE + 5, AFTER, "b".repeat(AFTER)));
    assertThat(parts.get(1).text()).isEqualTo(INSERTED);
    assertThat(parts.get(1).owner()).as("memory of the engine").isNotSameAs(owner);
    assertThat(owner.users).as("kept until they are acknowledged").isEqualTo(2);
  }

  @Test
  @DisplayName("an output that does not gather gets them in the packet")
  void copiesForOtherOutputs() {
    assertThat(engine.onPacket(superSegment(), 0, output(false))).isEqualTo(Disposition.TAKEN);

    assertThat(parts).isEmpty();
    assertThat(lengths).containsExactly(HEADER_BYTES + BEFORE + INSERTED.length() + AFTER);
  }

  /** Less than 64 KiB with one word that is replaced. */
  private Packet superSegment() {
    String text = "a".repeat(BEFORE) + "Hello" + "b".repeat(AFTER);
    byte[] frame =
        new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
            .numbers(1, 1)
            .payload(Octets.ofText(text))
            .halfChecksum(true)
            .build();
    MemorySegment memory = Arena.ofAuto().allocate(frame.length);
    memory.copyFrom(MemorySegment.ofArray(frame));
    return new Packet()
        .at(memory, 0, frame.length)
        .from(LinkType.ETHERNET, Ends.legOfSender(Direction.CLIENT_TO_SERVER), 0, 0)
        .offload(ChecksumState.PARTIAL, MSS_BYTES)
        .owner(owner);
  }

  private PacketOutput output(boolean gathers) {
    return new PacketOutput() {
      @Override
      public void emit(Packet packet) {
        lengths.add(packet.length());
        PayloadParts gathered = packet.parts();
        for (int i = 0; gathered != null && i < gathered.count(); i++) {
          parts.add(part(gathered, i));
        }
      }

      @Override
      public boolean gathers() {
        return gathers;
      }
    };
  }

  private static Part part(PayloadParts parts, int index) {
    MemorySegment octets = parts.memory(index).asSlice(parts.offset(index), parts.length(index));
    String text = new String(octets.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    return new Part(parts.owner(index), octets.address(), parts.length(index), text);
  }
}
