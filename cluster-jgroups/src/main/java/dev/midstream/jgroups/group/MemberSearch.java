package dev.midstream.jgroups.group;

import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.TCPPING;
import org.jgroups.util.UUID;

/**
 * Asks the configured addresses for members.
 *
 * <p>The group layer takes those that answer and do not lead a group for others that have just been
 * started, and the one with the lowest address founds a group. If the leader has just died, that
 * would be a second group beside that of the others, which meets them by a merge, seconds later. So
 * a member of a group that answers has the lowest address here, and the search is repeated until a
 * leader answers.
 */
final class MemberSearch extends TCPPING {
  private static final Address LOWEST = new UUID(Long.MIN_VALUE, Long.MIN_VALUE);

  MemberSearch() {
    setId(ClassConfigurator.getProtocolId(TCPPING.class));
  }

  @Override
  protected void addResponse(PingData response, boolean overwrite) {
    super.addResponse(isMember(response) ? lowest(response) : response, overwrite);
  }

  private static boolean isMember(PingData response) {
    return response.isServer() && !response.isCoord();
  }

  private static PingData lowest(PingData response) {
    return new PingData(LOWEST, true, response.getLogicalName(), response.getPhysicalAddr());
  }
}
