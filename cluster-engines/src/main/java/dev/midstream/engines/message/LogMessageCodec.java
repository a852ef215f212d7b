package dev.midstream.engines.message;

import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.engines.message.LogMessage.Refused;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The octets of {@link LogMessage}s: version, kind, bucket, epoch, and what the kind has. Nodes of
 * one version understand each other only.
 */
public final class LogMessageCodec {
  /** The version of the octets. */
  public static final int VERSION = 1;

  private static final int MAX_BUCKET = 4_095;
  private static final int APPEND = 1;
  private static final int APPLIED = 2;
  private static final int BASE_WANTED = 3;
  private static final int COUNTED = 4;
  private static final int REFUSED = 5;

  private LogMessageCodec() {}

  /** Writes {@code message}. */
  public static void write(LogMessage message, StateWriter out) {
    out.octet(VERSION);
    switch (message) {
      case Append append -> writeAppend(append, out);
      case Applied applied -> {
        writeStream(APPLIED, message, applied.since(), out);
        out.number(applied.number());
      }
      case BaseWanted wanted -> writeStream(BASE_WANTED, message, wanted.since(), out);
      case Counted counted -> writeStream(COUNTED, message, counted.since(), out);
      case Refused refused -> writeStream(REFUSED, message, refused.newer(), out);
    }
  }

  private static void writeStream(int kind, LogMessage message, long since, StateWriter out) {
    out.octet(kind);
    out.number(message.bucket());
    out.int64(message.epoch());
    out.int64(since);
  }

  private static void writeAppend(Append append, StateWriter out) {
    writeStream(APPEND, append, append.since(), out);
    out.number(append.first());
    out.number(append.baseEnd());
    out.number(append.records().size());
    for (byte[] record : append.records()) {
      out.number(record.length);
      out.octets(record, 0, record.length);
    }
  }

  /**
   * Reads a message.
   *
   * @param octets whatever came; they are copied
   * @return null if they are no message, or of another version
   */
  public static @Nullable LogMessage read(byte[] octets) {
    try {
      StateReader in = new StateReader(octets, 0, octets.length);
      LogMessage message = in.octet() == VERSION ? read(in) : null;
      return in.remaining() == 0 ? message : null;
    } catch (MalformedState e) {
      return null;
    }
  }

  private static LogMessage read(StateReader in) {
    int kind = in.octet();
    int bucket = in.count(MAX_BUCKET);
    long epoch = epoch(in);
    long since = epoch(in);
    return switch (kind) {
      case APPEND -> new Append(bucket, epoch, since, first(in), in.position(), records(in));
      case APPLIED -> new Applied(bucket, epoch, since, in.position());
      case BASE_WANTED -> new BaseWanted(bucket, epoch, since);
      case COUNTED -> new Counted(bucket, epoch, since);
      case REFUSED -> new Refused(bucket, epoch, since);
      default -> throw new MalformedState("unknown kind of message: kind=" + kind);
    };
  }

  private static long epoch(StateReader in) {
    long epoch = in.int64();
    if (epoch <= 0) {
      throw new MalformedState("no epoch: " + epoch);
    }
    return epoch;
  }

  private static long first(StateReader in) {
    long first = in.position();
    if (first == 0) {
      throw new MalformedState("records are numbered from 1");
    }
    return first;
  }

  private static List<byte[]> records(StateReader in) {
    int count = in.count(in.remaining());
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(in.octets(in.count(in.remaining())));
    }
    return records;
  }
}
