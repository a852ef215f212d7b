package dev.midstream.agents.substitute;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import java.util.List;

/** A pattern. */
record FindPattern(OctetPattern pattern) implements Find {
  @Override
  public int shortest() {
    return pattern.shortest();
  }

  @Override
  public int longest() {
    return pattern.longest();
  }

  @Override
  public int decidingLength() {
    return pattern.decidingLength();
  }

  @Override
  public int lengthAt(OctetView view, int at, boolean isLast) {
    return pattern.lengthAt(view, at, isLast);
  }

  @Override
  public List<Octets> prefixes(int limit) {
    return pattern.prefixes(PairLimits.PREFIX_BYTES, limit);
  }
}
