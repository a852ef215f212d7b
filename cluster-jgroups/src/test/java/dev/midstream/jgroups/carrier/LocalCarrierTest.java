package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeAddress;

class LocalCarrierTest extends CutContract {
  private final LocalCarrier.Place place = new LocalCarrier.Place();

  @Override
  protected NodeAddress address(int number) {
    return NodeAddress.ofIpv4(0x0a090000 + number, 7800);
  }

  @Override
  protected Carrier carrier(int number) {
    return new LocalCarrier(place, life(number), "n" + number);
  }

  @Override
  protected void cut(int number) {
    place.cut(address(number));
  }

  @Override
  protected void heal() {
    place.heal();
  }

  @Override
  protected void heal(int late) {
    place.heal(address(late));
  }
}
