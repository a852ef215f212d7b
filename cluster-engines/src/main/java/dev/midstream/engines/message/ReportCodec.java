package dev.midstream.engines.message;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterMessage.BucketReport;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The octets of a {@link BucketReport}. */
final class ReportCodec {

  private ReportCodec() {}

  static void write(BucketReport report, StateWriter out) {
    writeMap(report.complete(), out);
    writeMap(report.unreadable(), out);
    writeMap(report.opened(), out);
    out.number(report.wanted().size());
    report.wanted().forEach(out::number);
    writeMap(report.loads(), out);
    out.flags(report.idle());
    OptionalFields.write(OptionalFields.ROLE, report.draining(), TableCodec::writeRole, out);
    Map<Integer, Long> closed = report.closed().isEmpty() ? null : report.closed();
    OptionalFields.write(OptionalFields.CLOSED, closed, ReportCodec::writeMap, out);
  }

  private static void writeMap(Map<Integer, Long> map, StateWriter out) {
    out.number(map.size());
    map.forEach((bucket, value) -> {
      out.number(bucket);
      out.int64(value);
    });
  }

  static BucketReport read(StateReader in) {
    Map<Integer, Long> complete = readMap(in);
    Map<Integer, Long> unreadable = readMap(in);
    Map<Integer, Long> opened = readMap(in);
    Set<Integer> wanted = new TreeSet<>();
    for (int left = in.count(AllocationTable.MAX_BUCKETS); left > 0; left--) {
      wanted.add(TableCodec.readBucketNumber(in));
    }
    Map<Integer, Long> loads = readMap(in);
    boolean idle = in.count(1) == 1;
    OptionalFields fields = OptionalFields.read(in);
    Member.Role draining = fields.get(OptionalFields.ROLE, TableCodec::readRole);
    Map<Integer, Long> closed = fields.get(OptionalFields.CLOSED, ReportCodec::readMap);
    return new BucketReport(
        complete,
        unreadable,
        opened,
        closed == null ? Map.of() : closed,
        wanted,
        loads,
        draining,
        idle);
  }

  private static Map<Integer, Long> readMap(StateReader in) {
    Map<Integer, Long> map = new TreeMap<>();
    for (int left = in.count(AllocationTable.MAX_BUCKETS); left > 0; left--) {
      map.put(TableCodec.readBucketNumber(in), in.int64());
    }
    return map;
  }
}
