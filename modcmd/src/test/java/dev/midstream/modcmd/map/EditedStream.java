package dev.midstream.modcmd.map;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A stream under random edits: the list and map under test, and their twin. The twin counts from 0.
 * The positions of the map are shifted, as after edits long ago.
 */
final class EditedStream {
  private static final long[] DISTANCES = {
    0, 100, (1L << 31) - 20, 1L << 31, (1L << 32) - 20, 1L << 32, 3L << 33, 1L << 45
  };

  final CommandList commands = new CommandList();
  final OffsetMap map;
  final StreamTwin twin = new StreamTwin();
  final long orgShift;
  final long newShift;
  private final RandomGenerator random;
  private final ByteArrayOutputStream original = new ByteArrayOutputStream();

  EditedStream(RandomGenerator random) {
    this.random = random;
    long distance = DISTANCES[random.nextInt(DISTANCES.length)];
    if (distance > 0) {
      distance += random.nextInt(20);
      commands.append(5, random.nextInt(1, 40), Octets.of(octets(random.nextInt(40))));
      commands.foldTo(distance + commands.offset());
    }
    orgShift = distance;
    newShift = commands.offset() + distance;
    map = new OffsetMap(commands);
    map.decideTo(distance);
  }

  /** Makes {@code count} random decisions, of which {@code passes} in 8 pass octets. */
  void decide(int count, int passes) {
    for (int i = 0; i < count; i++) {
      if (random.nextInt(8) < passes) {
        pass(random.nextInt(1, 6));
      } else {
        edit();
      }
      map.decideTo(orgShift + twin.decided());
    }
  }

  /** Folds the edits whose output lies below a new position of the twin; returns their number. */
  int foldTo(int newPosition) {
    commands.foldTo(renewed(newPosition));
    return twin.editsUpTo(newPosition);
  }

  /** The original position of the map for one of the twin. */
  long org(int position) {
    return orgShift + position;
  }

  /** The new position of the map for one of the twin. */
  long renewed(int position) {
    return newShift + position;
  }

  Octets original(int from, int to) {
    return Octets.of(Arrays.copyOfRange(original.toByteArray(), from, to));
  }

  byte[] octets(int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }

  private void pass(int count) {
    for (byte octet : octets(count)) {
      original.write(octet);
      twin.pass(octet);
    }
  }

  private void edit() {
    byte[] octets = octets(random.nextInt(5));
    int length = random.nextInt(5);
    if (length == 0 && octets.length == 0) {
      length = 1;
    }
    commands.append(org(twin.decided()), length, Octets.of(octets));
    if (length == 0) {
      twin.insert(octets);
    } else {
      original.writeBytes(octets(length));
      twin.replace(length, octets);
    }
  }
}
