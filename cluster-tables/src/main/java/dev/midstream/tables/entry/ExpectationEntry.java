package dev.midstream.tables.entry;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.util.UUID;

/**
 * Connections that an agent expects (HSI-6). It leaves the table when its time is over.
 *
 * @param epoch the epoch of the bucket of the connection that announced them
 * @param revision grows whenever the entry is written anew
 * @param owner the node that handles the connection that announced them
 * @param rule the name of the rule that will decide them
 * @param opened how many were opened
 * @param connections how many are expected, 1 or more
 * @param restMillis how long it stays from when it is put; 1 or more
 * @param context is told to the agent that decides them
 */
public record ExpectationEntry(
    ExpectationKey key,
    long epoch,
    long revision,
    NodeId owner,
    String rule,
    int opened,
    int connections,
    long restMillis,
    Octets context)
    implements ReplicatedEntry {

  /** Checks the ranges. */
  public ExpectationEntry {
    if (restMillis < 1 || connections < 1 || opened < 0) {
      throw new IllegalArgumentException(
          "rest=" + restMillis + " connections=" + connections + " opened=" + opened);
    }
  }

  @Override
  public UUID life() {
    return owner.incarnation();
  }
}
