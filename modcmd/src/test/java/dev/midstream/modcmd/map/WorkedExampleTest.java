package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.offset.SequenceSpace;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The worked example "Hello world" → "Hi there" in the numbers of its source: the initial sequence
 * number is 0, so the first octet has number 1. An underscore represents the blank.
 */
class WorkedExampleTest {
  private static final int PAYLOAD_END = 12;

  private final SequenceSpace space = new SequenceSpace(0);
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final PayloadMap payloads = new PayloadMap(map);

  /**
   * The commands in order of decision, with the decided end after each call. The fields of the last
   * two commands are computed here; the source prints those of the first two.
   */
  @ParameterizedTest(name = "<{1},{2},\"{3}\">: new sequence {4}, offset {5}, new length {6}")
  @CsvSource({
    "0,  2, 2, i,   2, -1, 1, 1",
    "1,  4, 2, '',  3, -3, 0, 3",
    "2,  7, 3, the, 4, -3, 3, 3",
    "3, 10, 2, re,  7, -3, 2, 3"
  })
  @DisplayName("HDP-16 HDP-4 the fields of each command, the offset with both signs")
  void derivesFields(
      int index,
      int orgSequence,
      int orgLength,
      String newData,
      int newSequence,
      int offset,
      int newLength,
      int proseOffset) {
    decideAll();

    assertThat(number(commands.orgSeq(index))).isEqualTo(orgSequence);
    assertThat(commands.orgLength(index)).isEqualTo(orgLength);
    assertThat(commands.octets(index)).isEqualTo(Octets.ofText(newData));
    assertThat(number(commands.newSeq(index))).isEqualTo(newSequence);
    assertThat(commands.offsetAfter(index)).isEqualTo(offset);
    assertThat(commands.newLength(index)).isEqualTo(newLength);
    assertThat(-commands.offsetAfter(index)).isEqualTo(proseOffset);
  }

  /**
   * The rows in the order of the source; {@code decided} is the number of commands at that time.
   */
  @ParameterizedTest(name = "({1},\"{2}\") becomes ({3},\"{4}\")")
  @CsvSource({
    "1,  1, Hel,    1, Hi",
    "2,  4, lo_,    3, _",
    "3,  4, lo_wor, 3, _the",
    "4, 10, ld,     7, re"
  })
  @DisplayName(
      "HDP-16 HDP-3 HDP-9 each packet of the source is rewritten to the packet it releases")
  void rewritesPackets(
      int decided, int orgSequence, String payload, int newSequence, String released) {
    decide(decided);

    PayloadMap.Rewritten segment = payloads.rewrite(offset(orgSequence), Octets.ofText(payload));

    assertThat(number(segment.newSeq())).isEqualTo(newSequence);
    assertThat(segment.octets()).isEqualTo(Octets.ofText(released));
  }

  /**
   * The acknowledgements. The source maps 3 by the commands strictly before it, that is, before the
   * deletion is decided. After that, 3 lies at a deletion and maps beyond it. The source's sentence
   * "9 and 12" must read 10 and 12.
   */
  @ParameterizedTest(name = "with {0} commands, acknowledgement {1} becomes {2}")
  @CsvSource({"1, 3, 4", "2, 3, 6", "2, 4, 7", "3, 7, 10", "4, 7, 10", "4, 9, 12"})
  @DisplayName("HDP-16 HDP-5 C-26 acknowledgements are shifted by the commands before them")
  void mapsAcknowledgements(int decided, int acknowledged, int expected) {
    decide(decided);

    assertThat(number(map.acknowledgement(offset(acknowledged)))).isEqualTo(expected);
  }

  /**
   * "At the sequence number 4 the offset is 1" and so on: the prose of the source counts original −
   * new.
   */
  @ParameterizedTest(name = "with {0} commands, number {1} moves down by {2}")
  @CsvSource({"1, 4, 1", "2, 4, 1", "3, 4, 1", "3, 10, 3", "4, 10, 3"})
  @DisplayName("HDP-16 HDP-5 sequence numbers are shifted by the commands before them")
  void mapsSequenceNumbers(int decided, int orgSequence, int proseOffset) {
    decide(decided);

    int newSequence = number(map.before(offset(orgSequence)));
    assertThat(orgSequence - newSequence).isEqualTo(proseOffset);
  }

  @Test
  @DisplayName("HDP-16 the whole stream \"Hello_world\" becomes \"Hi_there\"")
  void rewritesWholeStream() {
    decideAll();

    PayloadMap.Rewritten stream = payloads.rewrite(0, Octets.ofText("Hello_world"));

    assertThat(number(stream.newSeq())).isEqualTo(1);
    assertThat(stream.octets()).isEqualTo(Octets.ofText("Hi_there"));
    assertThat(number(map.newEnd())).isEqualTo(9);
  }

  @Test
  @DisplayName("HDP-6 a packet older than a folded command yields nothing")
  void releasesNothingBelowFoldedCommand() {
    decideAll();
    commands.foldTo(map.newEnd());

    PayloadMap.Rewritten old = payloads.rewrite(offset(1), Octets.ofText("Hel"));

    assertThat(commands.isEmpty()).isTrue();
    assertThat(old.octets().isEmpty()).isTrue();
    assertThat(number(old.newSeq())).isEqualTo(9);
  }

  private void decideAll() {
    decide(4);
  }

  private void decide(int count) {
    int[] orgSequences = {2, 4, 7, 10};
    int[] orgLengths = {2, 2, 3, 2};
    String[] newData = {"i", "", "the", "re"};
    int[] decidedTo = {4, 7, 10, PAYLOAD_END};
    for (int i = 0; i < count; i++) {
      commands.append(offset(orgSequences[i]), orgLengths[i], Octets.ofText(newData[i]));
      map.decideTo(offset(decidedTo[i]));
    }
  }

  private long offset(int number) {
    return space.offsetOf(number, map.decided());
  }

  private int number(long offset) {
    return space.sequenceOf(offset);
  }
}
