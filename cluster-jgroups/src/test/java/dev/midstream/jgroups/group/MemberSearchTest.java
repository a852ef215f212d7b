package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.protocols.PingData;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Responses;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemberSearchTest {
  private static final Address LOW = new UUID(-5, 0);
  private static final Address HIGH = new UUID(5, 0);

  private static List<Address> found(PingData response) {
    MemberSearch search = new MemberSearch();
    Responses responses = new Responses(false);
    search.addResponse(responses);
    search.addResponse(response, false);
    List<Address> addresses = new ArrayList<>();
    responses.forEach(each -> addresses.add(each.getAddress()));
    return addresses;
  }

  private static PingData data(Address address, boolean isServer) {
    return new PingData(address, isServer, "n1", new IpAddress(7800));
  }

  @Test
  @DisplayName(
      "LD-2 a member of a group whose coordinator is gone makes no other one found another")
  void neverFoundsBesideMembers() {
    List<Address> found = found(data(HIGH, true));

    assertThat(found).hasSize(1);
    assertThat(found.getFirst()).isLessThan(LOW);
  }

  @Test
  @DisplayName("LD-2 a coordinator, and one that has just been started, are what they are")
  void keepsTheOthers() {
    assertThat(found(data(HIGH, true).coord(true))).containsExactly(HIGH);
    assertThat(found(data(LOW, false))).containsExactly(LOW);
  }
}
